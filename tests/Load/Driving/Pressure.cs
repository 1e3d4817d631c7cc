namespace FlowRuns.Load.Driving;

/// <summary>How hard the product is driven.</summary>
/// <param name="Connections">Closed loop: each sends its next request when the answer has come. Open loop: at most so many wait at once.</param>
/// <param name="Rate">Open loop: requests per second, however fast they are answered; null for a closed loop.</param>
readonly record struct Pressure(int Connections, int? Rate)
{
    public override string ToString() => Rate is { } rate ? $"{rate}/s" : $"{Connections} connections";
}
