using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Proofs;

namespace Gatehouse.Audit.Witness;

/// <summary>
/// A witness (C2SP tlog-witness): it cosigns a checkpoint only if it continues the latest checkpoint of that log that it cosigned, and so all before
/// it. It remembers only that one: a witness whose folder is put back from a copy can cosign another branch (decision 0114). One process has the
/// folder. Requests may come at the same time. Logs are added while no request is served.
/// </summary>
public sealed class WitnessService : IDisposable
{
    /// <summary>The most logs of a witness.</summary>
    public const int MostLogs = 1024;

    /// <summary>Larger checkpoints of a log that are cosigned in one burst.</summary>
    public const int MostGrowth = 60;

    /// <summary>Larger checkpoints of a log that are cosigned in a second, after its burst.</summary>
    public const int GrowthPerSecond = 5;

    /// <summary>The most bytes of a request to cosign.</summary>
    public const int MostRequestBytes = AddCheckpointRequest.MostBytes;

    private readonly LogFolder folder;
    private readonly WitnessIdentity identity;
    private readonly TimeProvider time;
    private readonly Dictionary<string, WitnessedLog> logs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WitnessedLog> byHash = new(StringComparer.Ordinal);

    private WitnessService(LogFolder folder, WitnessIdentity identity, TimeProvider time) =>
        (this.folder, this.identity, this.time) = (folder, identity, time);

    /// <summary>The name of the witness.</summary>
    public string Name => identity.Name;

    /// <summary>Its operator, in words.</summary>
    public string Operator => identity.Operator;

    /// <summary>Its public keys, each with the operator behind it.</summary>
    public IReadOnlyList<string> Keys => identity.Lines;

    /// <summary>The logs that it knows, in the order of their origins.</summary>
    public IReadOnlyList<WitnessLogState> Logs =>
        [.. logs.Values.OrderBy(log => log.Origin, StringComparer.Ordinal)
            .Select(log => new WitnessLogState(log.Origin, log.Latest.Size, log.Latest.Root.ToString(), log.Successor, log.HasSplitView))];

    /// <summary>Takes the folder of a new witness, and makes its keys.</summary>
    /// <exception cref="ArgumentException">The name or the words of the operator cannot be used.</exception>
    /// <exception cref="WitnessRefusalException">The folder has a witness already.</exception>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static WitnessService Create(string directory, string name, string operatorName, TimeProvider time) =>
        With(directory, folder => new WitnessService(folder, WitnessIdentity.Create(folder, name, operatorName), time));

    /// <summary>Takes the folder of a witness, and reads its keys and logs. It makes no folder: only <see cref="Create"/> does.</summary>
    /// <exception cref="WitnessRefusalException">The folder does not exist, or has no witness.</exception>
    /// <exception cref="IOException">The folder cannot be used, another process has it, or something in it is damaged.</exception>
    public static WitnessService Open(string directory, TimeProvider time)
    {
        // Before the folder is taken, which makes it and puts a file into it.
        if (!Directory.Exists(directory))
            throw new WitnessRefusalException($"there is no folder {directory}", WitnessIdentity.OfNoWitness, isAbsent: true);
        if (!WitnessIdentity.IsIn(directory))
            throw new WitnessRefusalException($"the folder {directory} has no witness", WitnessIdentity.OfNoWitness, isAbsent: true);
        return With(directory, folder => Read(folder, time));
    }

    /// <summary>Answers a request to cosign a checkpoint.</summary>
    /// <exception cref="IOException">The checkpoint cannot be stored. Then there is no cosignature.</exception>
    public WitnessAnswer Add(ReadOnlySpan<byte> body)
    {
        if (AddCheckpointRequest.Parse(body) is not { } request)
            return new WitnessAnswer(400, "the request is not an old size, hashes, an empty line and a signed checkpoint\n");
        return logs.TryGetValue(request.Checkpoint.Origin, out var log) ? log.Add(request)
            : new WitnessAnswer(404, "this witness does not know the log\n");
    }

    /// <summary>Returns the latest cosigned checkpoint of a log, for monitors.</summary>
    /// <param name="hash">SHA-256 of the origin, in hexadecimal digits.</param>
    public WitnessAnswer Latest(string hash) =>
        byHash.TryGetValue(hash, out var log) && log.Note is { } note ? new WitnessAnswer(200, System.Text.Encoding.UTF8.GetString(note))
            : new WitnessAnswer(404, "this witness cosigned no checkpoint of such a log\n");

    /// <summary>
    /// Takes a log that has none before it. Refused where the witness knows a log of the same gateway: a gateway that began a new log names the one
    /// before it, and a witness that took the new one for a first one would forget with it.
    /// </summary>
    /// <exception cref="WitnessRefusalException">The log is known, or is not a first one.</exception>
    /// <exception cref="IOException">The log cannot be stored.</exception>
    public void AddFirst(IReadOnlyList<NoteKey> keys)
    {
        var origin = RequireNew(keys);
        if (logs.Values.FirstOrDefault(log => LogOrigin.IsOfSameGateway(log.Origin, origin)) is { } other)
            throw new WitnessRefusalException($"this witness knows a log of the same gateway: {other.Origin}",
                "if the new log follows it, give --after with that origin, and --birth with the evidence of the first entry of the new log");
        Know(WitnessedLog.Create(folder, identity, time, origin, keys));
    }

    /// <summary>
    /// Takes a log that follows another one, and ends that one. It cosigns the checkpoint of the evidence as the first one of the new log: otherwise
    /// another tree under the same keys, of which nothing was proven, could be cosigned next.
    /// </summary>
    /// <param name="keys">The keys of the new log.</param>
    /// <param name="after">The origin of the log before it.</param>
    /// <param name="birth">The file with the evidence of the new log's first entry (<c>gatehouse audit prove 0</c>).</param>
    /// <exception cref="WitnessRefusalException">The first entry does not name the end of the old log as the witness knows it.</exception>
    /// <exception cref="IOException">The evidence cannot be read, or the log cannot be stored.</exception>
    public void AddSuccessor(IReadOnlyList<NoteKey> keys, string after, string birth)
    {
        var origin = RequireNew(keys);
        if (!logs.TryGetValue(after, out var old)) throw new WitnessRefusalException($"this witness does not know the log {after}", "see: gatehouse witness show");
        if (old.Successor is { } other && other != origin) throw new WitnessRefusalException($"the log {after} is followed by {other}", "a log has one successor");
        if (!LogOrigin.IsOfSameGateway(after, origin))
            throw new WitnessRefusalException($"{origin} is a log of another gateway than {after}: the origins differ before their last slash",
                "ask the operator of the gateway whose log it is; a log with another beginning needs another witness folder");
        var first = SuccessorRule.Require(EvidenceCheck.Check(birth, keys, []), origin, old.Latest);
        // The old log ends first: a crash between both steps leaves it ended by this successor, and the same command completes the second step.
        old.End(origin);
        Know(WitnessedLog.CreateAt(folder, identity, time, keys, first));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        identity.Dispose();
        folder.Dispose();
    }

    private static WitnessService Read(LogFolder folder, TimeProvider time)
    {
        var witness = new WitnessService(folder, WitnessIdentity.Open(folder), time);
        foreach (var hash in folder.Folders(WitnessedLog.Parent))
        {
            if (WitnessedLog.Open(folder, witness.identity, time, hash) is { } log) witness.Know(log);
        }

        return witness;
    }

    private static WitnessService With(string directory, Func<LogFolder, WitnessService> open)
    {
        var folder = new LogFolder(directory, "the witness");
        try
        {
            folder.Acquire();
            return open(folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private string RequireNew(IReadOnlyList<NoteKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var origin = keys[0].Name;
        if (logs.ContainsKey(origin)) throw new WitnessRefusalException($"this witness knows the log {origin} already", "see: gatehouse witness show");
        if (logs.Count >= MostLogs) throw new WitnessRefusalException($"this witness has {MostLogs} logs", "make another witness");
        return origin;
    }

    private void Know(WitnessedLog log)
    {
        logs.Add(log.Origin, log);
        byHash.Add(WitnessedLog.HashOf(log.Origin), log);
    }
}
