using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>The keys and checkpoints that an auditor brings to a check of a log, and the part of the log to check.</summary>
public sealed record VerificationRequest
{
    /// <summary>Verifier keys of the log, obtained elsewhere. Without one, the copy beside the log is taken: it proves nothing.</summary>
    public IReadOnlyList<NoteKey> Keys { get; init; } = [];

    /// <summary>Verifier keys that came from the folder of a log. Signatures are compared with them, and nothing is vouched for by them.</summary>
    public IReadOnlyList<KeyBesideLog> KeysBesideLog { get; init; } = [];

    /// <summary>Verifier keys of witnesses, obtained elsewhere. Several keys of one name are those of one witness.</summary>
    public IReadOnlyList<WitnessKey> Cosigners { get; init; } = [];

    /// <summary>Checkpoints that were kept where a writer of the log cannot change them.</summary>
    public IReadOnlyList<OutsideCheckpoint> Outside { get; init; } = [];

    /// <summary>
    /// True where each witness must have cosigned a checkpoint of the newest log or an outside one, with a key that this system can check.
    /// </summary>
    public bool RequiresWitness { get; init; }

    /// <summary>The first index to be read in the newest log; null for all.</summary>
    public long? From { get; init; }

    /// <summary>The last index to be read in the newest log; null for all.</summary>
    public long? To { get; init; }

    /// <summary>True where entries before the newest outside checkpoint that matches need not be read.</summary>
    public bool SinceOutside { get; init; }

    /// <summary>
    /// True where only the log in the given folder is to be vouched for, and not the logs before it. Without it, the folder of one log that names a
    /// log before it is not vouched for: the files of a later log, moved into a folder, would hide that the earlier logs are absent.
    /// </summary>
    public bool OneLog { get; init; }

    /// <summary>Entries that are known to be archived. Others that are absent are a finding.</summary>
    public IReadOnlyList<ArchivedRange> Archived { get; init; } = [];

    /// <summary>True where hashes are checked and entries are not.</summary>
    public bool StructureOnly { get; init; }

    internal IReadOnlyList<NoteKey> GivenKeys => [.. Keys, .. KeysBesideLog.Select(one => one.Key)];

    internal bool IsPart => From is not null || To is not null || SinceOutside;
}

/// <summary>A checkpoint that an auditor brings.</summary>
/// <param name="Name">Where it came from, for messages.</param>
/// <param name="Bytes">The signed note.</param>
public sealed record OutsideCheckpoint(string Name, ReadOnlyMemory<byte> Bytes);
