namespace FlowRuns.Gateway.Tests.Server;

/// <summary>Flows for whole runs.</summary>
static class SomeYaml
{
    public const string WithoutSteps = "name: Nothing to do";

    public const string TwoSteps = """
        name: Report
        steps:
          - name: Read
            type: data.set
            input: { total: 3, day: "{{ trigger.body?.day ?? 'today' }}" }
          - name: Format Report
            type: text.format
            input: { text: "{{ steps.read.output.total }} orders of {{ steps.read.output.day }}" }
        """;

    /// <summary>Fails in its second step unless <c>data</c> has a <c>name</c>.</summary>
    public const string NeedsName = """
        name: Greeting
        steps:
          - { name: Prepare, type: data.set, input: { greeting: Hello } }
          - { name: Greet, type: text.format, input: { text: "{{ steps.prepare.output.greeting }} {{ trigger.body.name }}" } }
          - { name: Finish, type: data.set, input: { done: true } }
        """;

    /// <summary>Its middle step waits until the target lets it go.</summary>
    public static string Held(string url, string name) => $$$"""
        name: Held
        steps:
          - { name: First, type: data.set, input: { a: 1 } }
          - { name: Call, type: http.request, input: { url: "{{{url}}}/held/{{{name}}}" } }
          - { name: Last, type: data.set, input: { b: 2 } }
        """;
}
