using System.CommandLine;
using System.Text;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verifier;

/// <summary>The options of what an auditor brings: keys and checkpoints.</summary>
internal sealed class EvidenceOptions
{
    private const int MostBytes = SignedNote.MostBytes;

    public Option<string[]> Keys { get; } = new("--key")
    { Description = "Verifier key of the log, or a file with keys, a key a line. Repeatable. Take it from the operator of the log: a key from the folder of a log vouches for nothing.", HelpName = "vkey|file" };

    public Option<string[]> Checkpoints { get; } = new("--checkpoint")
    { Description = "File with a checkpoint that was kept outside the log. Repeatable.", HelpName = "file" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(Keys);
        command.Add(Checkpoints);
    }

    /// <summary>Reads keys of logs. Null, with a message, where one is none.</summary>
    public static IReadOnlyList<NoteKey>? ReadKeys(string[]? given, IShown shown) =>
        ReadKeysByPlace(given, null, shown) is { } keys ? [.. keys.Keys, .. keys.BesideLog.Select(one => one.Key)] : null;

    /// <summary>
    /// Reads keys of logs, those from the folder of a log apart from the others. Null, with a message, where one is none.
    /// </summary>
    /// <param name="given">The words of the command line.</param>
    /// <param name="log">The folder of the log that is checked; null where there is none.</param>
    /// <param name="shown">The output.</param>
    public static GivenKeys? ReadKeysByPlace(string[]? given, string? log, IShown shown)
    {
        var (keys, beside) = (new List<NoteKey>(), new List<KeyBesideLog>());
        foreach (var word in given ?? [])
        {
            if (Lines(word, "--key", static text => NoteKey.TryParse(text, out _, out _), shown) is not { } lines) return null;
            foreach (var line in lines)
            {
                var isKey = NoteKey.TryParse(line, out var key, out var fault);
                if (isKey && !key!.IsCosigner)
                {
                    if (word != line && LogsBeside.IsInLog(word, log)) beside.Add(new KeyBesideLog(word, key));
                    else keys.Add(key);
                    continue;
                }

                shown.Fault($"{word}: {(isKey ? "it is the key of a witness, and not of a log" : fault)}",
                    "give the verifier key of a log with --key, as text or in a file");
                return null;
            }
        }

        return new GivenKeys(keys, beside);
    }

    /// <summary>Reads keys of witnesses, each with its operator in words behind it. Null, with a message, where one is none.</summary>
    public static IReadOnlyList<WitnessKey>? ReadWitnesses(string[]? given, IShown shown)
    {
        var keys = new List<WitnessKey>();
        foreach (var word in given ?? [])
        {
            if (Lines(word, "--cosigner", static text => WitnessKey.TryParse(text, out _, out _), shown) is not { } lines) return null;
            foreach (var line in lines)
            {
                if (WitnessKey.TryParse(line, out var key, out var fault))
                {
                    keys.Add(key);
                    continue;
                }

                shown.Fault($"{word}: {fault}", "give the verifier key of a witness with --cosigner, as text or in a file, with the operator behind it");
                return null;
            }
        }

        return keys;
    }

    private static string[]? Lines(string word, string option, Func<string, bool> isKey, IShown shown)
    {
        // What looks like a key is judged as one, so that the message says what is wrong with it.
        if (isKey(word) || (!File.Exists(word) && word.Contains('+', StringComparison.Ordinal))) return [word];
        if (Bytes(word, option, shown, "give the verifier key itself, or the path of a file with keys, a key a line") is not { } bytes) return null;
        var lines = Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length > 0) return lines;
        shown.Fault($"{word} has no key", "give a file with a verifier key a line");
        return null;
    }

    /// <summary>Reads the checkpoints. Null, with a message, where one cannot be read, or is in the folder of the log itself.</summary>
    public IReadOnlyList<OutsideCheckpoint>? ReadCheckpoints(ParseResult parsed, string? log, IShown shown)
    {
        var read = new List<OutsideCheckpoint>();
        foreach (var file in parsed.GetValue(Checkpoints) ?? [])
        {
            if (log is not null && RealPath.IsWithin(file, log))
            {
                shown.Fault($"{file} is in the folder of the log: who can write the log can write it too",
                    "give a checkpoint that was kept elsewhere, where the operator of the gateway cannot write");
                return null;
            }

            if (Bytes(file, "--checkpoint", shown, "give the path of a checkpoint that was kept outside") is not { } bytes) return null;
            if (SignedNote.Parse(bytes) is not { } note || !Checkpoint.TryParse(note.Text, out _))
            {
                shown.Fault($"{file} is no signed checkpoint", "give the file of a checkpoint with --checkpoint");
                return null;
            }

            read.Add(new OutsideCheckpoint(file, bytes));
        }

        return read;
    }

    /// <summary>Reads a file of the command line. Null, with a message that names the option, where it cannot be read.</summary>
    public static byte[]? Bytes(string file, string option, IShown shown, string remedy)
    {
        try
        {
            return GivenFile.Read(file, MostBytes, "a checkpoint or a list of keys");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Answer.ReportUnreadable(e, shown, remedy, option);
            return null;
        }
    }
}
