namespace FlowRuns.Gateway;

public static class GatewayHosting
{
}
