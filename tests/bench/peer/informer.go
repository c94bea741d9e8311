// informer: the peer that a hub's figures stand beside: client-go's shared informer over the
// same resource, as every Go console and controller keeps it. It lives until it is killed.
package main

import (
	"fmt"
	"log"
	"os"
	"runtime"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	start := time.Now()
	factory := dynamicinformer.NewDynamicSharedInformerFactory(dynamic.NewForConfigOrDie(config), 0)
	clusters := factory.ForResource(schema.GroupVersionResource{Group: "cluster.open-cluster-management.io", Version: "v1", Resource: "managedclusters"})
	informer := clusters.Informer()
	factory.Start(nil)
	factory.WaitForCacheSync(nil)
	loaded := time.Since(start)
	count := len(informer.GetStore().ListKeys())
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	fmt.Printf("%d clusters in %.3f s, %d bytes of heap\n", count, loaded.Seconds(), memory.HeapAlloc)
	select {}
}
