using System.Text;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Detection.SensitiveData;

/// <summary>
/// The names of the members around a value, as far as one pass knows them: the last name, and the one before it where the value of that one is an
/// object. Names that come again are kept, so that a long list of equal objects costs no memory. Not safe for concurrent use.
/// </summary>
internal sealed class NameLabels
{
    private const int MostKept = 512;
    private const int LongestName = 64;

    private readonly Dictionary<string, bool> known = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), string> joined = [];
    private string outer = "";
    private bool hasValue = true;

    /// <summary>The last name; empty before the first.</summary>
    public string Last { get; private set; } = "";

    /// <summary>The names around the value, joined by a full stop.</summary>
    public string Current { get; private set; } = "";

    /// <summary>True where a value under the last name should be a secret.</summary>
    public bool IsTelling { get; private set; }

    /// <summary>True where the last name is that of content in base64.</summary>
    public bool IsBinary => Last is "blob" or "data";

    public void Clear() => (outer, Last, Current, hasValue, IsTelling) = ("", "", "", true, false);

    /// <summary>Takes the name of a member, its bytes without quotation marks.</summary>
    public void Name(ReadOnlySpan<byte> name)
    {
        outer = hasValue ? outer : Last;
        hasValue = false;
        Last = Kept(name);
        IsTelling = known.GetValueOrDefault(Last);
        Current = outer.Length == 0 ? Last : Joined();
    }

    /// <summary>Takes note of a value.</summary>
    public void Value() => hasValue = true;

    private string Kept(ReadOnlySpan<byte> name)
    {
        Span<char> letters = stackalloc char[LongestName];
        if (name.Length > LongestName) return "";
        var text = letters[..Encoding.UTF8.GetChars(name, letters)];
        if (known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var found, out _)) return found;
        if (known.Count >= MostKept) known.Clear();
        var made = text.ToString();
        known[made] = SecretNames.IsTelling(made);
        return made;
    }

    private string Joined()
    {
        if (joined.TryGetValue((outer, Last), out var text)) return text;
        if (joined.Count >= MostKept) joined.Clear();
        return joined[(outer, Last)] = $"{outer}.{Last}";
    }
}
