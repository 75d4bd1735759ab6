using System.Globalization;
using System.Text;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>Signatures of checkpoints, of the log itself and of outside ones.</summary>
internal sealed class CheckpointCheck(VerificationRequest request, FindingCollector findings)
{
    private const int MostKeyFileBytes = 64 << 10;

    // Names of witnesses that cosigned a checkpoint of the newest log, beside it or outside.
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    /// <summary>Checks who signed the checkpoint of a log.</summary>
    /// <returns>The keys, as text. Empty where it is signed by none that is known.</returns>
    public IReadOnlyList<string> Signed(LogSnapshot log)
    {
        var place = new LogPosition(log.Files.PathOf(LogLayout.Checkpoint), log.Name);
        if (log.Checkpoint is null || log.Note is null)
        {
            findings.Add(place, log.CheckpointState == FileState.NotAFile ? AuditFindingKind.NotAFile : AuditFindingKind.Checkpoint,
                log.CheckpointState == FileState.Absent ? "the log has no checkpoint" : "the checkpoint is no signed note with an origin, a size and a root");
            return [];
        }

        var beside = KeysBeside(log);
        var given = request.GivenKeys;
        var keys = given.Count > 0 ? given : beside;
        return Signers(log.Note, log.Checkpoint, keys, place, AuditFindingKind.Signature);
    }

    /// <summary>Returns the keys that signed a checkpoint, and reports where none did.</summary>
    public IReadOnlyList<string> Signers(SignedNote note, Checkpoint checkpoint, IReadOnlyList<NoteKey> keys, LogPosition place,
        AuditFindingKind kind)
    {
        var own = keys.Where(key => key.Name == checkpoint.Origin).ToList();
        if (own.FirstOrDefault(key => !key.IsSupported) is { } unsupported)
            findings.Add(place, kind, $"this system has no cryptography to check signatures of {unsupported.Name}: Ed25519 needs OpenSSL");
        own.RemoveAll(key => !key.IsSupported);
        if (note.Verified(own) is not { } signed)
        {
            findings.Add(place, kind, $"a signature names a key of {checkpoint.Origin}, and that key did not make it: the checkpoint or its signature was changed");
            return [];
        }

        if (signed.Count == 0) findings.Add(place, kind, $"the checkpoint of {checkpoint.Origin} is not signed by a known key of that name");
        return [.. signed.Select(key => key.ToString())];
    }

    /// <summary>Checks the cosignatures of a checkpoint.</summary>
    /// <param name="note">The checkpoint.</param>
    /// <param name="place">Where it is.</param>
    /// <param name="isOfNewest">
    /// True where it is a checkpoint of the newest log, with entries. Only such a one shows that the witness saw that log: an operator could give the
    /// cosignature of an older log for that of a newer one, which the witness refused.
    /// </param>
    /// <returns>For each that is valid, the witness with its operator, and its time.</returns>
    public IReadOnlyList<string> Cosigned(SignedNote note, LogPosition place, bool isOfNewest)
    {
        var signed = new List<string>();
        foreach (var witness in request.Cosigners.Where(witness => witness.Key.IsSupported))
        {
            var key = witness.Key;
            foreach (var signature in note.Signatures.Where(one => one.Name == key.Name && one.KeyId == key.Id))
            {
                if (!key.Verifies(note.Text, signature.Bytes.Span))
                {
                    findings.Add(place, AuditFindingKind.Cosignature, $"a signature names a key of the witness {key.Name}, and that key did not make it: the checkpoint or its signature was changed");
                    continue;
                }

                if (isOfNewest) seen.Add(key.Name);
                var text = string.Create(CultureInfo.InvariantCulture, $"{NameOf(key.Name)} at {Cosignature.Time(signature.Bytes.Span):yyyy-MM-ddTHH:mm:ssZ}");
                if (!signed.Contains(text)) signed.Add(text); // several keys of one witness
            }
        }

        return signed;
    }

    /// <summary>Statements about each witness, after all checkpoints were read.</summary>
    public IEnumerable<string> Witnesses(LogPosition place)
    {
        foreach (var keys in request.Cosigners.Select(witness => witness.Key).GroupBy(key => key.Name, StringComparer.Ordinal))
        {
            foreach (var _ in keys.Where(key => !key.IsSupported).Take(1))
                yield return $"cosignatures of {NameOf(keys.Key)} with Ed25519 were not checked: this system has no OpenSSL 3 with Ed25519";
            if (seen.Contains(keys.Key)) continue;
            var fact = keys.Any(key => key.IsSupported)
                ? $"the witness {NameOf(keys.Key)} cosigned neither a checkpoint of the newest log nor an outside checkpoint of it"
                : $"this system can check no cosignature of the witness {NameOf(keys.Key)}; give its key on P-256 as well";
            if (request.RequiresWitness) findings.Add(place, AuditFindingKind.Cosignature, fact);
            else yield return fact;
        }
    }

    private string NameOf(string witness) => WitnessNames.Of(request.Cosigners, witness);

    // What a person copied from there is to be the key; so a copy that was changed is reported.
    private List<NoteKey> KeysBeside(LogSnapshot log)
    {
        var place = new LogPosition(log.Files.PathOf(LogLayout.Keys), log.Name);
        byte[] bytes = [];
        var state = log.Files.Read(LogLayout.Keys, MostKeyFileBytes, ref bytes, out var length);
        if (state != FileState.Read)
        {
            findings.Add(place, state == FileState.NotAFile ? AuditFindingKind.NotAFile : AuditFindingKind.KeyFile, "the copy of the verifier keys is not there, or too long");
            return [];
        }

        var keys = new List<NoteKey>();
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (NoteKey.TryParse(line, out var key, out var fault)) keys.Add(key);
            else findings.Add(place, AuditFindingKind.KeyFile, $"the copy of the verifier keys was changed: {fault}");
        }

        if (length == 0 || bytes[length - 1] != '\n' || Encoding.UTF8.GetString(bytes, 0, length).Contains("\n\n", StringComparison.Ordinal))
            findings.Add(place, AuditFindingKind.KeyFile, "the copy of the verifier keys is not one key a line");
        if (keys.FirstOrDefault(key => key.Name != log.Checkpoint!.Origin) is { } other)
            findings.Add(place, AuditFindingKind.KeyFile, $"the copy of the verifier keys has a key of {other.Name}");
        else if (request.GivenKeys is { Count: > 0 } given && keys.Count > 0
            && !keys.Any(key => given.Any(known => known.ToString() == key.ToString())))
            findings.Add(place, AuditFindingKind.KeyFile, "the copy of the verifier keys has none of the given keys: the copy was changed, or the given keys are those of another log");
        return keys;
    }
}
