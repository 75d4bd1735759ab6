using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>A verifier key of a witness, with the words that its user gave for the operator.</summary>
/// <param name="Key">The key.</param>
/// <param name="Operator">The person or organization that runs the witness, in words; null where none was given.</param>
public sealed record WitnessKey(NoteKey Key, string? Operator)
{
    /// <summary>The most characters of the words.</summary>
    public const int MostOperatorCharacters = 200;

    /// <summary>Reads a line: a verifier key, and after a space the operator in words.</summary>
    /// <returns>False with the reason where it is none.</returns>
    public static bool TryParse(string line, [NotNullWhen(true)] out WitnessKey? key, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(line);
        key = null;
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var words = space < 0 ? "" : line[space..].Trim();
        if (!NoteKey.TryParse(space < 0 ? line : line[..space], out var parsed, out fault)) return false;
        fault = !parsed.IsCosigner ? "it is the key of a log, and not of a witness"
            : words.Length > 0 && !IsOperator(words) ? "the words about the operator are longer than 200 characters, or hold control characters" : null;
        if (fault is not null) return false;
        key = new WitnessKey(parsed, words.Length == 0 ? null : words);
        return true;
    }

    /// <summary>Returns whether words can follow a key on its line: one line without space at its ends, at most 200 characters.</summary>
    public static bool IsOperator(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return words.Length is > 0 and <= MostOperatorCharacters && words == words.Trim() && !words.Any(char.IsControl);
    }

    /// <summary>Returns the line.</summary>
    public override string ToString() => Operator is null ? Key.ToString() : $"{Key} {Operator}";
}
