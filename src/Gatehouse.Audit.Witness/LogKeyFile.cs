using System.Diagnostics.CodeAnalysis;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Witness;

/// <summary>The file <c>log.vkeys</c> of a log: a verifier key a line, all of one origin.</summary>
public static class LogKeyFile
{
    /// <summary>The most keys of a log.</summary>
    public const int MostKeys = 16;

    /// <summary>Reads the keys. Null with the reason where they are not those of one log.</summary>
    public static IReadOnlyList<NoteKey>? Parse(string text, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var keys = new List<NoteKey>();
        fault = lines.Length is 0 or > MostKeys ? $"a log has 1 to {MostKeys} keys, a key a line" : null;
        foreach (var line in fault is null ? lines : [])
        {
            if (!TryParse(line, out var key, out fault)) return null;
            keys.Add(key);
        }

        if (fault is not null) return null;
        if (keys.Any(key => key.Name != keys[0].Name)) fault = "the keys are of different logs";
        else if (!keys.Any(key => key.IsSupported)) fault = "this system can check none of the keys: Ed25519 needs OpenSSL 3";
        return fault is null ? keys : null;
    }

    private static bool TryParse(string line, [NotNullWhen(true)] out NoteKey? key, out string? fault)
    {
        if (!NoteKey.TryParse(line, out key, out fault)) return false;
        fault = key.IsCosigner ? "a key is that of a witness, and not of a log" : null;
        if (fault is not null) key = null;
        return key is not null;
    }
}
