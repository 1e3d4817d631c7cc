using FlowRuns.Load.Commands;

var root = RunsCommand.Make();
root.Add(HistoryCommand.Make());
return await root.Parse(args).InvokeAsync();
