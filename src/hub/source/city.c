/* city -- a table, and one pick from it. */
#include "hub/source/city.h"

static const char *const regions[REGIONS] = { "west-coast", "mountain", "central",
    "midwest", "south-east", "north-east" };

/* clang-format off */
static const struct city cities[] = {
    { "Los Angeles",    "los-angeles",    "CA", "America/Los_Angeles",  34.05f, -118.24f, REGION_WEST_COAST, 10 },
    { "San Francisco",  "san-francisco",  "CA", "America/Los_Angeles",  37.77f, -122.42f, REGION_WEST_COAST,  5 },
    { "San Diego",      "san-diego",      "CA", "America/Los_Angeles",  32.72f, -117.16f, REGION_WEST_COAST,  5 },
    { "San Jose",       "san-jose",       "CA", "America/Los_Angeles",  37.34f, -121.89f, REGION_WEST_COAST,  4 },
    { "Sacramento",     "sacramento",     "CA", "America/Los_Angeles",  38.58f, -121.49f, REGION_WEST_COAST,  3 },
    { "Fresno",         "fresno",         "CA", "America/Los_Angeles",  36.74f, -119.79f, REGION_WEST_COAST,  2 },
    { "Portland",       "portland",       "OR", "America/Los_Angeles",  45.52f, -122.68f, REGION_WEST_COAST,  4 },
    { "Eugene",         "eugene",         "OR", "America/Los_Angeles",  44.05f, -123.09f, REGION_WEST_COAST,  1 },
    { "Seattle",        "seattle",        "WA", "America/Los_Angeles",  47.61f, -122.33f, REGION_WEST_COAST,  5 },
    { "Spokane",        "spokane",        "WA", "America/Los_Angeles",  47.66f, -117.43f, REGION_WEST_COAST,  1 },
    { "Phoenix",        "phoenix",        "AZ", "America/Phoenix",      33.45f, -112.07f, REGION_MOUNTAIN,    5 },
    { "Tucson",         "tucson",         "AZ", "America/Phoenix",      32.22f, -110.97f, REGION_MOUNTAIN,    2 },
    { "Las Vegas",      "las-vegas",      "NV", "America/Los_Angeles",  36.17f, -115.14f, REGION_MOUNTAIN,    3 },
    { "Denver",         "denver",         "CO", "America/Denver",       39.74f, -104.99f, REGION_MOUNTAIN,    4 },
    { "Salt Lake City", "salt-lake-city", "UT", "America/Denver",       40.76f, -111.89f, REGION_MOUNTAIN,    3 },
    { "Albuquerque",    "albuquerque",    "NM", "America/Denver",       35.08f, -106.65f, REGION_MOUNTAIN,    2 },
    { "Boise",          "boise",          "ID", "America/Boise",        43.62f, -116.20f, REGION_MOUNTAIN,    1 },
    { "Billings",       "billings",       "MT", "America/Denver",       45.78f, -108.50f, REGION_MOUNTAIN,    1 },
    { "Houston",        "houston",        "TX", "America/Chicago",      29.76f,  -95.37f, REGION_CENTRAL,     7 },
    { "Dallas",         "dallas",         "TX", "America/Chicago",      32.78f,  -96.80f, REGION_CENTRAL,     6 },
    { "San Antonio",    "san-antonio",    "TX", "America/Chicago",      29.42f,  -98.49f, REGION_CENTRAL,     4 },
    { "Austin",         "austin",         "TX", "America/Chicago",      30.27f,  -97.74f, REGION_CENTRAL,     3 },
    { "El Paso",        "el-paso",        "TX", "America/Denver",       31.76f, -106.49f, REGION_CENTRAL,     1 },
    { "Oklahoma City",  "oklahoma-city",  "OK", "America/Chicago",      35.47f,  -97.52f, REGION_CENTRAL,     2 },
    { "Kansas City",    "kansas-city",    "MO", "America/Chicago",      39.10f,  -94.58f, REGION_CENTRAL,     3 },
    { "Omaha",          "omaha",          "NE", "America/Chicago",      41.26f,  -95.93f, REGION_CENTRAL,     2 },
    { "New Orleans",    "new-orleans",    "LA", "America/Chicago",      29.95f,  -90.07f, REGION_CENTRAL,     2 },
    { "Chicago",        "chicago",        "IL", "America/Chicago",      41.88f,  -87.63f, REGION_MIDWEST,     9 },
    { "Minneapolis",    "minneapolis",    "MN", "America/Chicago",      44.98f,  -93.27f, REGION_MIDWEST,     4 },
    { "Milwaukee",      "milwaukee",      "WI", "America/Chicago",      43.04f,  -87.91f, REGION_MIDWEST,     3 },
    { "St. Louis",      "st-louis",       "MO", "America/Chicago",      38.63f,  -90.20f, REGION_MIDWEST,     3 },
    { "Des Moines",     "des-moines",     "IA", "America/Chicago",      41.59f,  -93.62f, REGION_MIDWEST,     1 },
    { "Indianapolis",   "indianapolis",   "IN", "America/Indiana/Indianapolis", 39.77f, -86.16f, REGION_MIDWEST, 3 },
    { "Detroit",        "detroit",        "MI", "America/Detroit",      42.33f,  -83.05f, REGION_MIDWEST,     4 },
    { "Grand Rapids",   "grand-rapids",   "MI", "America/Detroit",      42.96f,  -85.67f, REGION_MIDWEST,     1 },
    { "Columbus",       "columbus",       "OH", "America/New_York",     39.96f,  -83.00f, REGION_MIDWEST,     4 },
    { "Cleveland",      "cleveland",      "OH", "America/New_York",     41.50f,  -81.69f, REGION_MIDWEST,     3 },
    { "Cincinnati",     "cincinnati",     "OH", "America/New_York",     39.10f,  -84.51f, REGION_MIDWEST,     3 },
    { "Atlanta",        "atlanta",        "GA", "America/New_York",     33.75f,  -84.39f, REGION_SOUTH_EAST,  6 },
    { "Miami",          "miami",          "FL", "America/New_York",     25.76f,  -80.19f, REGION_SOUTH_EAST,  5 },
    { "Orlando",        "orlando",        "FL", "America/New_York",     28.54f,  -81.38f, REGION_SOUTH_EAST,  4 },
    { "Tampa",          "tampa",          "FL", "America/New_York",     27.95f,  -82.46f, REGION_SOUTH_EAST,  4 },
    { "Jacksonville",   "jacksonville",   "FL", "America/New_York",     30.33f,  -81.66f, REGION_SOUTH_EAST,  2 },
    { "Charlotte",      "charlotte",      "NC", "America/New_York",     35.23f,  -80.84f, REGION_SOUTH_EAST,  4 },
    { "Raleigh",        "raleigh",        "NC", "America/New_York",     35.78f,  -78.64f, REGION_SOUTH_EAST,  3 },
    { "Nashville",      "nashville",      "TN", "America/Chicago",      36.16f,  -86.78f, REGION_SOUTH_EAST,  3 },
    { "Memphis",        "memphis",        "TN", "America/Chicago",      35.15f,  -90.05f, REGION_SOUTH_EAST,  2 },
    { "Birmingham",     "birmingham",     "AL", "America/Chicago",      33.52f,  -86.80f, REGION_SOUTH_EAST,  2 },
    { "Charleston",     "charleston",     "SC", "America/New_York",     32.78f,  -79.93f, REGION_SOUTH_EAST,  1 },
    { "Louisville",     "louisville",     "KY", "America/Kentucky/Louisville", 38.25f, -85.76f, REGION_SOUTH_EAST, 2 },
    { "New York",       "new-york",       "NY", "America/New_York",     40.71f,  -74.01f, REGION_NORTH_EAST, 12 },
    { "Buffalo",        "buffalo",        "NY", "America/New_York",     42.89f,  -78.88f, REGION_NORTH_EAST,  2 },
    { "Boston",         "boston",         "MA", "America/New_York",     42.36f,  -71.06f, REGION_NORTH_EAST,  6 },
    { "Providence",     "providence",     "RI", "America/New_York",     41.82f,  -71.41f, REGION_NORTH_EAST,  1 },
    { "Hartford",       "hartford",       "CT", "America/New_York",     41.77f,  -72.68f, REGION_NORTH_EAST,  2 },
    { "Philadelphia",   "philadelphia",   "PA", "America/New_York",     39.95f,  -75.17f, REGION_NORTH_EAST,  6 },
    { "Pittsburgh",     "pittsburgh",     "PA", "America/New_York",     40.44f,  -80.00f, REGION_NORTH_EAST,  3 },
    { "Newark",         "newark",         "NJ", "America/New_York",     40.74f,  -74.17f, REGION_NORTH_EAST,  4 },
    { "Baltimore",      "baltimore",      "MD", "America/New_York",     39.29f,  -76.61f, REGION_NORTH_EAST,  3 },
    { "Washington",     "washington",     "DC", "America/New_York",     38.91f,  -77.04f, REGION_NORTH_EAST,  4 },
    { "Portland",       "portland-me",    "ME", "America/New_York",     43.66f,  -70.26f, REGION_NORTH_EAST,  1 },
};
/* clang-format on */
enum { CITIES = sizeof(cities) / sizeof(cities[0]) };

const char *
region_name(enum region region)
{
    return regions[region];
}

const struct city *
city_pick(uint64_t random)
{
    uint64_t all = 0;
    int i;

    for (i = 0; i < CITIES; i++)
        all += cities[i].weight;
    random %= all;
    for (i = 0; random >= cities[i].weight; i++)
        random -= cities[i].weight;
    return &cities[i];
}
