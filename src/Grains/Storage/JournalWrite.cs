namespace FlowRuns.Storage;

/// <summary>One change to be committed in a batch with others.</summary>
abstract record JournalWrite;
