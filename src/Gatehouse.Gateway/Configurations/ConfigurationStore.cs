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
    private const string OrderName = "order";
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
    public ConfigurationStore(string path, KeyRing keys, TimeProvider time, Func<string, bool>? sync = null)
    {
        folder = sync is null ? new SealedFolder(path, keys) : new SealedFolder(path, keys) { Sync = sync };
        this.time = time;
        (Erasures, Change, Replacement) = (new UnfinishedErasures(folder), new ChangeFile(folder), new ReplacementNote(folder));
    }

    /// <summary>The records about erasures that are not completed.</summary>
    public UnfinishedErasures Erasures { get; }

    /// <summary>The record about a change under way.</summary>
    public ChangeFile Change { get; }

    /// <summary>The note about files that are replaced.</summary>
    public ReplacementNote Replacement { get; }

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
