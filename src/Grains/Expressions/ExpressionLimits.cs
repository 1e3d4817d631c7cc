namespace FlowRuns.Expressions;

/// <summary>What one expression may use up, and what all expressions of an input may together.</summary>
sealed record ExpressionLimits
{
    public static ExpressionLimits Default { get; } = new();

    /// <summary>Of the clock, for one script. A thousand times what one needs, because a busy machine may keep its thread waiting.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>Of the clock, for all scripts of one input together.</summary>
    public TimeSpan RenderTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes that one script may allocate.</summary>
    public int Memory { get; init; } = 32 << 20;

    public int Statements { get; init; } = 1_000_000;

    public int Recursion { get; init; } = 100;

    /// <summary>Elements of an array in a script. The engine measures the room it sets aside, which is a power of two.</summary>
    public int ArrayLength { get; init; } = 1 << 17;

    /// <summary>Characters of a text that a built-in function makes or works on, and of a script's result as JSON.</summary>
    public int TextLength { get; init; } = 1 << 20;

    /// <summary>Levels of objects and arrays in a script's result.</summary>
    public int ResultDepth { get; init; } = 128;

    /// <summary>Bytes of JSON that one path may bring into a script; a plain path has no such limit.</summary>
    public int ScriptData { get; init; } = 4 << 20;

    /// <summary>Bytes of the evaluated input.</summary>
    public int Rendered { get; init; } = 16 << 20;

    /// <summary>Characters of one expression.</summary>
    public const int ExpressionLength = 10_000;

    /// <summary>Expressions in one input.</summary>
    public const int Expressions = 1_000;
}
