using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Inspection.Documents;

/// <summary>
/// The documents of messages (PI-01). Every rule of an exchange gets the same reading of a document: what one rule saw as unread is not read for the
/// next.
/// </summary>
/// <param name="reader">The reader; null where the host has none.</param>
/// <param name="time">The clock of the time that the documents of a message may take together.</param>
public sealed class MessageDocuments(IDocumentReader? reader, TimeProvider time)
{
    private readonly ConditionalWeakTable<ExchangeRecord, ConcurrentDictionary<string, DocumentReading>> known = [];

    /// <summary>No documents are read.</summary>
    public static MessageDocuments None { get; } = new(null, TimeProvider.System);

    /// <summary>Returns whether a message may have documents, which are then to be read before it is judged.</summary>
    internal bool AreIn(GatewaySnapshot snapshot, ValidatedMessage message, ByteRange texts) =>
        IsOn(snapshot) && DocumentFinder.Find(message.Bytes.Span, texts) is not null;

    /// <summary>Reads the documents of a message.</summary>
    /// <exception cref="OperationCanceledException">The exchange ended.</exception>
    internal async ValueTask<IReadOnlyList<ReadDocument>> ReadAsync(
        Exchange exchange, GatewaySnapshot snapshot, ValidatedMessage message, ByteRange texts, CancellationToken cancellation)
    {
        if (!IsOn(snapshot) || DocumentFinder.Find(message.Bytes.Span, texts) is not { } found) return [];
        var run = new Run(reader!, snapshot.Settings.Documents, exchange.Record.Partition, time);
        var readings = known.GetOrCreateValue(exchange.Record);
        // A stream has many messages.
        if (readings.Count > DocumentFinder.MostInMessage) readings.Clear();
        List<ReadDocument> documents = [];
        for (var at = 0; at < found.Count; at++)
        {
            var one = found[at];
            var reading = at >= DocumentFinder.MostInMessage ? DocumentReading.NotRead(UnreadCauses.TooMany)
                : await run.ReadAsync(message, one, readings, cancellation).ConfigureAwait(false);
            if (reading is not null) documents.Add(new ReadDocument(one.Value, reading));
        }

        return documents;
    }

    private bool IsOn(GatewaySnapshot snapshot) => reader is not null && snapshot.Settings.Documents.IsConfigured;

    private sealed class Run(IDocumentReader reader, DocumentSettings settings, CallerPartition caller, TimeProvider time)
    {
        private readonly long began = time.GetTimestamp();

        // Null for what is no document: the judgement of the message's own texts says whether it was read.
        public async ValueTask<DocumentReading?> ReadAsync(ValidatedMessage message, EmbeddedDocument one,
            ConcurrentDictionary<string, DocumentReading> known, CancellationToken cancellation)
        {
            if (one.Encoded.Length / 4 * 3 > settings.MaxBytes) return DocumentReading.NotRead(UnreadCauses.TooLarge);
            if (DocumentFinder.Decode(one.Base64Of(message.Bytes.Span), out var isWhole) is not { Length: > 0 } bytes)
                return one.IsMarked ? DocumentReading.NotRead(UnreadCauses.Malformed) : null;
            if (!isWhole) return DocumentReading.NotRead(UnreadCauses.Malformed);
            var isText = DocumentMagic.IsText(bytes);
            if (isText && !DocumentMagic.IsBinary(bytes) && !DocumentMagic.IsFormatted(bytes)) return DocumentReading.OfText(bytes);
            if (!isText && !DocumentMagic.IsBinary(bytes)) return one.IsDeclared ? DocumentReading.NotRead(UnreadCauses.UnknownFormat) : null;
            var digest = Convert.ToHexString(SHA256.HashData(bytes));
            if (known.TryGetValue(digest, out var reading)) return reading;
            var left = settings.Timeout - time.GetElapsedTime(began);
            reading = left <= TimeSpan.Zero ? DocumentReading.NotRead(UnreadCauses.TimeOut)
                : await reader.ReadAsync(bytes, settings with { Timeout = left }, caller, cancellation).ConfigureAwait(false);
            // A mail without its format is still a text. Its attachments are unread.
            if (isText && !DocumentMagic.IsBinary(bytes) && reading.Unread is [{ Cause: UnreadCauses.NoProgram }])
                reading = DocumentReading.OfText(bytes, UnreadCauses.NoProgram);
            known[digest] = reading;
            return reading;
        }
    }
}
