using System.Text.Json;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>The members or elements of one value that the keywords so far have evaluated (JSON Schema 2020-12 core section 11).</summary>
internal sealed class Evaluated
{
    private readonly ulong[] words;
    private bool all;

    public Evaluated(JsonElement instance)
    {
        var count = instance.ValueKind switch
        {
            JsonValueKind.Object => instance.GetPropertyCount(),
            JsonValueKind.Array => instance.GetArrayLength(),
            _ => 0,
        };
        words = count == 0 ? [] : new ulong[((count - 1) / 64) + 1];
    }

    /// <summary>The cost of making and joining one, in steps.</summary>
    public int Cost => words.Length;

    public void Add(int index) => words[index >> 6] |= 1UL << index;

    public void AddAll() => all = true;

    public bool Contains(int index) => all || (words[index >> 6] & (1UL << index)) != 0;

    public void Join(Evaluated other)
    {
        all |= other.all;
        for (var at = 0; at < words.Length; at++)
            words[at] |= other.words[at];
    }
}
