using FlowRuns.Failover.Checker;

return await Check.RunAsync(args, Console.Out);
