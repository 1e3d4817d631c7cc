namespace FlowRuns.Load;

static class Profiles
{
    public const string Postgres = "postgres";
    public const string Embedded = "embedded";
}
