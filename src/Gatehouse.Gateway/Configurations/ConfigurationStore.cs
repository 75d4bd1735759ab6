using System.Text;
using Gatehouse.Configuration.Texts;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// The texts of configurations that were in force, in the state folder, each under its digest. A text that several configurations have is there once.
/// </summary>
/// <remarks>
/// <para>Nothing in it is believed: a manifest has to have the digest that is asked for, and each text the digest in the manifest. The audit log says
/// which digests were in force.</para>
/// <para>Number and bytes are bounded. The oldest go first. The one in force and the one before it stay.</para>
/// </remarks>
internal sealed class ConfigurationStore
{
    /// <summary>The most configurations that are kept.</summary>
    public const int MostConfigurations = 256;

    /// <summary>The most bytes on the disk.</summary>
    public const long MostBytes = 64L << 20;

    /// <summary>The most bytes of one configuration. Three of them are below <see cref="MostBytes"/>: two that stay, and a new one.</summary>
    public const int MostConfigurationBytes = 20 << 20;

    private const int MostManifestBytes = 1 << 20;
    private const int MostPendingBytes = 256 << 10;
    private const string OrderName = "order";
    private const string ReplacementName = "replacement";
    private const string PendingName = "pending";
    private const string UnsearchedName = "unsearched";
    private const string WaitingName = "waiting-erasures";
    private const int MostWaitingBytes = 64 << 10;
    private const string ManifestEnd = ".manifest";
    private const string TextEnd = ".text";

    private readonly Lock turn = new();
    private readonly SealedFolder folder;
    private readonly TimeProvider time;

    /// <summary>Makes the store of a folder. Nothing is read or written yet.</summary>
    /// <param name="path">The folder. It is made with the first configuration.</param>
    /// <param name="keys">The key ring that seals the files.</param>
    /// <param name="time">The clock, for the times since which a configuration is unused.</param>
    /// <param name="sync">Brings the names in a folder to the disk; false where that failed. Null for the call of the system.</param>
    public ConfigurationStore(string path, KeyRing keys, TimeProvider time, Func<string, bool>? sync = null) =>
        (folder, this.time) = (sync is null ? new SealedFolder(path, keys) : new SealedFolder(path, keys) { Sync = sync }, time);

    /// <summary>The folder.</summary>
    public string Path => folder.Path;

    /// <summary>The order of what is kept. Where it is damaged, the files by their times, and none in force.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read the folder.</exception>
    public ConfigurationOrder Order()
    {
        lock (turn) return ReadOrder();
    }

    /// <summary>The digests of all that are kept, also where their order cannot be read.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read the folder.</exception>
    public IReadOnlyList<string> Kept()
    {
        lock (turn) return ReadKept();
    }

    /// <summary>Keeps a configuration as the newest. Others may go for it.</summary>
    /// <exception cref="IOException">It cannot be written, or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void Keep(ConfigurationTexts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Files.Sum(file => (long)file.Content.Length) + texts.Manifest.Length > MostConfigurationBytes)
            throw new IOException("the configuration is larger than 20 MiB");
        lock (turn)
        {
            folder.DeleteUnfinished();
            foreach (var file in texts.Files)
            {
                if (!IsKept(file)) folder.Write(file.Digest + TextEnd, file.Content.Span);
            }

            // Last, so that a manifest without its texts is damage and no crash.
            folder.Write(texts.Digest + ManifestEnd, Encoding.UTF8.GetBytes(texts.Manifest));
            var order = ReadOrder().With(texts.Digest, time.GetUtcNow());
            folder.Write(OrderName, Trim(order, texts.Digest).ToBytes());
        }
    }

    /// <summary>Notes which configuration is in force, and since when the one before it is not.</summary>
    /// <param name="digest">The configuration.</param>
    /// <param name="left">The one that the process had in force before; null for none.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void SetInForce(string digest, string? left)
    {
        lock (turn) folder.Write(OrderName, ReadOrder().WithInForce(digest, left, time.GetUtcNow()).ToBytes());
    }

    /// <summary>
    /// Records the time of each configuration that has none: an earlier build kept it, or the order was damaged. It begins now. The times of files
    /// are not used, because a restore changes them.
    /// </summary>
    /// <exception cref="IOException">A time cannot be recorded.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void RecordTimes()
    {
        lock (turn)
        {
            var order = ReadOrder();
            if (!order.Kept.All(order.Since.ContainsKey)) folder.Write(OrderName, order.WithTimes(time.GetUtcNow()).ToBytes());
        }
    }

    /// <summary>
    /// Returns the configurations that are not in force and were kept, or in force last, before a time. One without a recorded time is not among
    /// them.
    /// </summary>
    /// <exception cref="IOException">The order cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read the folder.</exception>
    public IReadOnlyList<string> LeftBefore(DateTimeOffset until)
    {
        var order = Order();
        return [.. order.Kept.Where(digest => digest != order.InForce && order.Since.TryGetValue(digest, out var since) && since < until)];
    }

    /// <summary>
    /// Deletes the texts of a configuration that no other one has, as far as their manifests can be read now. Those in force stay. The order is not
    /// asked: <see cref="RecordForgotten"/> comes after the last of them.
    /// </summary>
    /// <param name="digest">The configuration.</param>
    /// <param name="inForce">
    /// The one that the process has in force; null for none that was read from a file. The order in the folder may name an earlier one, when it could
    /// not be written, and the texts of that one may go.
    /// </param>
    /// <exception cref="InvalidOperationException">It is the one in force.</exception>
    /// <exception cref="IOException">They cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void Forget(string digest, ConfigurationTexts? inForce)
    {
        if (digest == inForce?.Digest) throw new InvalidOperationException($"the configuration {digest} is in force, so its texts stay");
        lock (turn)
        {
            // Before the manifest goes. Where the manifest of another one cannot be read now, it keeps no text of this one.
            var own = ReadableTextsOf(digest);
            var others = ReadKept().Where(other => other != digest).Select(ReadableTextsOf).ToList();
            if (own is not { Count: > 0 } && others.Contains(null))
            {
                throw new IOException(
                    $"the files of {digest} and of another configuration cannot be read now, so it is not known which texts belong to which");
            }

            folder.Delete(digest + ManifestEnd);
            var used = others.SelectMany(static texts => texts ?? []).Concat(inForce?.Files.Select(static file => file.Digest + TextEnd) ?? [])
                .ToHashSet(StringComparer.Ordinal);
            // A damaged manifest names no text, and those that it named belong to none.
            var texts = own is { Count: > 0 } && others.Contains(null) ? own : TextNames();
            foreach (var name in texts.Where(name => !used.Contains(name)).ToList()) folder.Delete(name);
        }
    }

    private IEnumerable<string> TextNames() =>
        folder.Files().Select(file => file.Name).Where(name => name.EndsWith(TextEnd, StringComparison.Ordinal));

    // Null where its manifest cannot be read now.
    private List<string>? ReadableTextsOf(string digest)
    {
        try
        {
            return [.. TextsOf(digest)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes an order without the configurations that were forgotten.</summary>
    /// <exception cref="IOException">The order cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void RecordForgotten()
    {
        lock (turn)
        {
            var order = ReadOrder();
            var previous = order.Previous is { } one && order.Kept.Contains(one) ? one : null;
            folder.Write(OrderName, (order with { Previous = previous }).ToBytes());
        }
    }

    /// <summary>Returns whether there are texts that no configuration has, or unfinished files: a killed process left them.</summary>
    public bool HasUnreferenced()
    {
        lock (turn) return folder.HasUnfinished() || Unreferenced(ReadKept()).Any();
    }

    /// <summary>Deletes them.</summary>
    /// <exception cref="IOException">They cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void DeleteUnreferenced()
    {
        lock (turn)
        {
            folder.DeleteUnfinished();
            DeleteTextsWithoutManifest(ReadKept());
        }
    }

    /// <summary>Returns a configuration, or null where it is not kept.</summary>
    /// <exception cref="InvalidDataException">A file of it is missing, does not open, or has not the digest that names it. The message names the file.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public ConfigurationTexts? Read(string digest)
    {
        if (!ConfigurationTexts.IsDigest(digest) || folder.Read(digest + ManifestEnd, MostManifestBytes) is not { } bytes) return null;
        var manifest = Encoding.UTF8.GetString(bytes);
        if (ConfigurationTexts.DigestOf(manifest) != digest || SnapshotManifest.TryRead(manifest) is not { } lines)
            throw new InvalidDataException($"{folder.PathOf(digest + ManifestEnd)} has not the digest that names it; it was exchanged");
        return new ConfigurationTexts(lines.Select(Read).ToList());
    }

    /// <summary>Returns whether a configuration is kept and its manifest opens.</summary>
    public bool Has(string digest)
    {
        try
        {
            return folder.Read(digest + ManifestEnd, MostManifestBytes) is not null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// True while the erasure of a known person is not completed: a text could not be searched or deleted. The log may not know the
    /// person any more when the erasure is run again.
    /// </summary>
    public bool HasUnsearched => File.Exists(folder.PathOf(UnsearchedName));

    /// <summary>Records whether that is so. On return it is on the disk, and no loss of power takes it back.</summary>
    /// <exception cref="IOException">It cannot be written, or whether it is on the disk is not known.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void SetUnsearched(bool isSo)
    {
        if (isSo) folder.WriteDurably(UnsearchedName, []);
        else folder.DeleteDurably(UnsearchedName);
    }

    /// <summary>
    /// Returns whether the erasure of a person waits for another configuration: the one in force named the person when the keys were destroyed.
    /// </summary>
    /// <param name="person">The digest of the person's issuer and subject.</param>
    /// <exception cref="IOException">The record cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read the folder.</exception>
    public bool IsWaiting(string person) => ReadWaiting().Contains(person);

    /// <summary>Records whether that is so. On return it is on the disk. Where the record is full, the oldest person in it is left out.</summary>
    /// <param name="person">The digest of the person's issuer and subject.</param>
    /// <param name="isSo">True where the erasure waits.</param>
    /// <exception cref="IOException">It cannot be written, or whether it is on the disk is not known.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void SetWaiting(string person, bool isSo)
    {
        var waiting = ReadWaiting();
        if (waiting.Contains(person) == isSo) return;
        if (!isSo) waiting.Remove(person);
        else waiting.Add(person);
        if (waiting.Count == 0) folder.DeleteDurably(WaitingName);
        else folder.WriteDurably(WaitingName, Encoding.ASCII.GetBytes(string.Join('\n', waiting.TakeLast(MostWaitingBytes / (person.Length + 1)))));
    }

    // A record that is damaged is none: the person then has the answer of a name that the log does not know.
    private List<string> ReadWaiting()
    {
        try
        {
            return folder.Read(WaitingName, MostWaitingBytes) is { } bytes ? [.. Encoding.ASCII.GetString(bytes).Split('\n')] : [];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    /// <summary>Records that a change is under way. On return this is on the disk, and no loss of power takes it back.</summary>
    /// <exception cref="NotOnDiskException">It is written, and whether it is on the disk is not known.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void BeginChange(PendingChange change) => folder.WriteDurably(PendingName, change.ToBytes());

    /// <summary>Returns the change that was under way when a process ended, or null for none.</summary>
    /// <exception cref="InvalidDataException">The record does not open, or is damaged.</exception>
    /// <exception cref="IOException">The record cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read the folder.</exception>
    public PendingChange? ReadChange() => folder.Read(PendingName, MostPendingBytes) is { } bytes ? PendingChange.Of(bytes) : null;

    /// <summary>Records that no change is under way. On return this is on the disk.</summary>
    /// <exception cref="IOException">The record cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void EndChange() => folder.DeleteDurably(PendingName);

    /// <summary>
    /// Notes that several files are replaced now, before the first of them is. Until <see cref="EndReplacement"/> the files on the disk may be a mixture
    /// of both configurations.
    /// </summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void BeginReplacement(string fromFiles, string toFiles) => folder.Write(ReplacementName, Encoding.ASCII.GetBytes($"{fromFiles}\n{toFiles}"));

    /// <summary>Notes that all files are replaced.</summary>
    public void EndReplacement() => folder.Delete(ReplacementName);

    /// <summary>Refuses files that a replacement left as a mixture of two configurations when the process was killed.</summary>
    /// <param name="files">The files that were read, <see cref="ConfigurationTexts.FilesDigest"/>.</param>
    /// <exception cref="InvalidDataException">They are a mixture; the message names the remedy.</exception>
    /// <exception cref="IOException">Whether they are is not known: the note about the replacement cannot be read. The message names the remedy.</exception>
    public void RequireWhole(string files)
    {
        if (ReadReplacement() is not { } bytes) return;
        if (!Encoding.ASCII.GetString(bytes).Split('\n').Contains(files))
        {
            throw new InvalidDataException("a rollback was interrupted, and the configuration files are neither those before it nor those after it; put the "
                + $"files of one configuration in place, then delete {folder.PathOf(ReplacementName)}");
        }

        EndReplacement();
    }

    private byte[]? ReadReplacement()
    {
        try
        {
            return folder.Read(ReplacementName, 256);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the note about an interrupted rollback cannot be read ({e.Message}); make sure that the configuration files are those of "
                + $"one configuration, then delete {folder.PathOf(ReplacementName)}", e);
        }
    }

    private SnapshotFile Read(SnapshotManifestLine line)
    {
        var content = folder.Read(line.Digest + TextEnd, MostConfigurationBytes)
            ?? throw new InvalidDataException($"{folder.PathOf(line.Digest + TextEnd)} is missing");
        var file = new SnapshotFile(line.Part, line.Path, content);
        return file.Digest == line.Digest
            ? file : throw new InvalidDataException($"{folder.PathOf(line.Digest + TextEnd)} has not the digest that names it; it was exchanged");
    }

    private bool IsKept(SnapshotFile file)
    {
        try
        {
            return folder.Read(file.Digest + TextEnd, MostConfigurationBytes) is { } content && content.AsSpan().SequenceEqual(file.Content.Span);
        }
        catch (InvalidDataException)
        {
            return false; // written again
        }
    }

    private List<string> ReadKept() =>
    [
        .. folder.Files().Where(file => file.Name.EndsWith(ManifestEnd, StringComparison.Ordinal)).Select(file => file.Name[..^ManifestEnd.Length])
            .Where(ConfigurationTexts.IsDigest),
    ];

    // An order that cannot be read now may be readable later. It is not taken for an empty one: whoever writes it next would lose its times.
    private ConfigurationOrder ReadOrder()
    {
        var there = ReadKept();
        var order = ConfigurationOrder.Empty;
        try
        {
            if (folder.Read(OrderName, MostManifestBytes) is { } bytes) order = ConfigurationOrder.Of(bytes);
        }
        catch (InvalidDataException)
        {
            // Damaged for good. The files say what is kept. Which of them was in force is in the log.
        }

        return order with { Kept = [.. there.Except(order.Kept), .. order.Kept.Where(there.Contains)] };
    }

    // What was kept first goes first. The new one stays, and those that the order holds.
    private ConfigurationOrder Trim(ConfigurationOrder order, string newest)
    {
        var kept = order.Kept.ToList();
        foreach (var digest in order.Kept.Where(one => one != newest && !order.Holds(one)))
        {
            if (kept.Count <= MostConfigurations && Bytes() <= MostBytes) break;
            folder.Delete(digest + ManifestEnd);
            kept.Remove(digest);
            DeleteTextsWithoutManifest(kept);
        }

        return order with { Kept = kept };
    }

    private long Bytes() => folder.Files().Sum(file => file.Bytes);

    private void DeleteTextsWithoutManifest(IReadOnlyList<string> kept)
    {
        foreach (var name in Unreferenced(kept).ToList()) folder.Delete(name);
    }

    private IEnumerable<string> Unreferenced(IReadOnlyList<string> kept)
    {
        var used = kept.SelectMany(TextsOf).ToHashSet(StringComparer.Ordinal);
        return TextNames().Where(name => !used.Contains(name));
    }

    private IEnumerable<string> TextsOf(string digest)
    {
        try
        {
            return folder.Read(digest + ManifestEnd, MostManifestBytes) is { } bytes
                && SnapshotManifest.TryRead(Encoding.UTF8.GetString(bytes)) is { } lines ? lines.Select(line => line.Digest + TextEnd) : [];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }
}
