using System.Text.Json;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>Which members or elements of one value the keywords so far have looked at (JSON Schema 2020-12 core section 11).</summary>
internal sealed class Evaluated
{
    private readonly ulong[] _words;
    private bool _all;

    public Evaluated(JsonElement instance)
    {
        int count = instance.ValueKind switch
        {
            JsonValueKind.Object => instance.GetPropertyCount(),
            JsonValueKind.Array => instance.GetArrayLength(),
            _ => 0,
        };
        _words = count == 0 ? [] : new ulong[((count - 1) / 64) + 1];
    }

    /// <summary>What making and joining one costs, in steps.</summary>
    public int Cost => _words.Length;

    public void Add(int index) => _words[index >> 6] |= 1UL << index;

    public void AddAll() => _all = true;

    public bool Contains(int index) => _all || (_words[index >> 6] & (1UL << index)) != 0;

    public void Join(Evaluated other)
    {
        _all |= other._all;
        for (int at = 0; at < _words.Length; at++)
            _words[at] |= other._words[at];
    }
}
