namespace FlowRuns.Failover.Tests.Schedules.Scale;

[Alias("flowruns.tests.tick")]
interface ITickGrain : IGrainWithStringKey;
