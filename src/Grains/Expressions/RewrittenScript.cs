using System.Collections.Immutable;

namespace FlowRuns.Expressions;

/// <summary>A path that a script reads, and whether the script copes when nothing is there.</summary>
sealed record ScriptPath(DataPath Path, bool MayBeAbsent);

/// <summary>An expression whose path number n is the variable <paramref name="Prefix"/>n.</summary>
/// <param name="Checked">Texts of the reads that go through the function <paramref name="Prefix"/>need, which refuses undefined.</param>
/// <param name="MayBeAbsent">Whether undefined is a fine result, and null then.</param>
sealed record RewrittenScript(string Text, string Prefix, ImmutableArray<ScriptPath> Paths, ImmutableArray<string> Checked, bool MayBeAbsent);
