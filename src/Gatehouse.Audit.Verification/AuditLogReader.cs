using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Reads entries back as JSON, oldest first. It passes over what is not an entry, a torn end and an archived bundle:
/// <see cref="AuditLogVerifier"/> says where they are.
/// </summary>
public static class AuditLogReader
{
    /// <summary>All entries of a log. A request that was kept in a file beside the entries is in <c>sealed</c>.</summary>
    /// <param name="directory">The folder of the logs.</param>
    /// <param name="opener">Opens what entries say about persons; null leaves it sealed.</param>
    /// <exception cref="AuditVersionException">An entry is of a version that is not read. Nothing is answered from a part of a log.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static IEnumerable<JsonElement> Read(string directory, IEntryOpener? opener = null)
    {
        // The list of logs is made first: the writer begins a new one while another is read.
        var logs = EvidenceLog.In(directory).Where(static log => log.IsRead).ToList();
        foreach (var log in logs)
        {
            using var snapshot = log.Open();
            foreach (var place in snapshot.Entries())
            {
                if (!TryParse(place.Bytes, out var entry)) continue;
                entry = WithSealed(Known(entry, () => $"{log.Path}, entry {place.Index}"), snapshot);
                yield return opener?.Open(entry) ?? entry;
            }
        }
    }

    /// <summary>Reads one entry of a log as <see cref="Read"/> gives it, without its kept request. False for what is no entry.</summary>
    /// <exception cref="AuditVersionException">The entry is of a version that is not read.</exception>
    public static bool TryRead(LoggedEntry place, out JsonElement entry)
    {
        if (!TryParse(place.Bytes, out entry)) return false;
        entry = Known(entry, () => $"{place.Log}, entry {place.Index}");
        return true;
    }

    /// <summary>Returns an entry as <see cref="Read"/> gives it, as bytes; null for what is no entry.</summary>
    /// <exception cref="AuditVersionException">The entry is of a version that is not read.</exception>
    /// <exception cref="IOException">Its kept request cannot be read.</exception>
    public static ReadOnlyMemory<byte>? Whole(LoggedEntry place, LogSnapshot log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (!TryRead(place, out var entry)) return null;
        return EntryCheck.Text(entry, "payload") is null ? place.Bytes : Encoding.UTF8.GetBytes(WithSealed(entry, log).GetRawText());
    }

    private static JsonElement Known(JsonElement entry, Func<string> place)
    {
        var version = EntryVersions.Of(entry);
        if (version <= EntryVersions.Newest) return entry;
        throw new AuditVersionException(
            $"{place()}: the event model has version {version}; this program writes version {AuditEntry.ModelVersion} "
            + $"and reads up to {EntryVersions.Newest}");
    }

    private static JsonElement WithSealed(JsonElement entry, LogSnapshot log)
    {
        if (EntryCheck.Text(entry, "payload") is not { } name) return entry;
        // What is not what the entry names is not shown in its place.
        if (log.Payload(name) is not { } bytes || name != $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}") return entry;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var member in entry.EnumerateObject()) member.WriteTo(json);
            json.WriteString("sealed"u8, Encoding.ASCII.GetString(bytes));
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    // An entry without a version is no entry.
    private static bool TryParse(ReadOnlyMemory<byte> line, out JsonElement entry)
    {
        entry = default;
        if (HalfCharacters.Has(line.Span)) return false;
        try
        {
            using var document = JsonDocument.Parse(line);
            if (EntryVersions.Of(document.RootElement) is null) return false;
            entry = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
