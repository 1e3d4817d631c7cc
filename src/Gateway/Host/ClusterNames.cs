using Orleans.Configuration;

namespace FlowRuns.Gateway.Host;

public static class ClusterNames
{
    /// <summary>From section <c>Orleans</c>: which processes on one database belong together, and whose state they use.</summary>
    public static void ReadNames(this IConfigurationSection orleans, ClusterOptions names)
    {
        names.ClusterId = orleans["ClusterId"] ?? "flowruns";
        names.ServiceId = orleans["ServiceId"] ?? "flowruns";
    }
}
