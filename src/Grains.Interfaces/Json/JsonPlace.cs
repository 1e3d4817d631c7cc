using System.Text;

namespace FlowRuns.Json;

/// <summary>Where a reader is inside a JSON document, written as <c>data.items[2].name</c>.</summary>
public sealed class JsonPlace
{
    readonly Stack<Level> _levels = [];

    /// <returns>false when the object has had a property of that name before.</returns>
    public bool TryEnterProperty(string name)
    {
        var level = _levels.Peek();
        level.Name = name;
        return level.Names.Add(name);
    }

    public void EnterValue()
    {
        if (_levels.TryPeek(out var level) && level.Name is null)
            level.Index++;
    }

    public void EnterContainer() => _levels.Push(new Level());

    public void Leave() => _levels.Pop();

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var level in _levels.Reverse())
        {
            if (level.Name is { } name)
                text.Append(text.Length == 0 ? "" : ".").Append(name);
            else if (level.Index >= 0)
                text.Append(text.Length == 0 ? StrictJson.Root : "").Append('[').Append(level.Index).Append(']');
        }

        return text.Length == 0 ? StrictJson.Root : text.ToString();
    }

    sealed class Level
    {
        HashSet<string>? _names;

        public string? Name { get; set; }

        public int Index { get; set; } = -1;

        public HashSet<string> Names => _names ??= [];
    }
}
