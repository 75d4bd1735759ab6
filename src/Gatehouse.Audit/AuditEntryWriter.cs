using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gatehouse.Audit;

/// <summary>
/// Writes entries in their form (<see cref="AuditEntryFormat"/>), except for their head: the sequence number in it is known only under the lock of a
/// log, and the rest is most of the work. Its buffers are used again. Not safe for concurrent use.
/// </summary>
public sealed class AuditEntryWriter
{
    // A buffer that an entry before it was cut made larger than this is left to the collector.
    private const int LargestKept = 256 << 10;

    private const int FirstBytes = 4096;

    // The strictest encoder: a name chosen by an attacker cannot smuggle a line break, a terminal sequence or a
    // bidirectional mark into the log (design rule 9). Writing is validated, so a lone surrogate becomes U+FFFD.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Default };

    [ThreadStatic]
    private static AuditEntryWriter? ofThread;

    private readonly Utf8JsonWriter json = new(Stream.Null, Options);
    private ArrayBufferWriter<byte> line = new(FirstBytes);

    /// <summary>The writer of the calling thread.</summary>
    public static AuditEntryWriter OfThread => ofThread ??= new AuditEntryWriter();

    /// <summary>
    /// Returns what follows the head of the entry (<see cref="AuditEntryFormat.WriteHead"/>). With the longest head it has at most
    /// <see cref="AuditEntryFormat.MostBytes"/>. The bytes are good until the next call.
    /// </summary>
    public ReadOnlySpan<byte> Body(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Write(entry, isShort: false);
        if (AuditEntryFormat.MostHeadBytes + line.WrittenCount > AuditEntryFormat.MostBytes) Write(entry, isShort: true);
        var body = line.WrittenSpan[1..]; // the head has the brace
        if (line.Capacity > LargestKept) json.Reset(line = new ArrayBufferWriter<byte>(FirstBytes));
        return body;
    }

    private void Write(AuditEntry entry, bool isShort)
    {
        line.ResetWrittenCount();
        json.Reset(line);
        AuditEntryFormat.WriteMembers(json, entry, isShort);
        json.Flush();
    }
}
