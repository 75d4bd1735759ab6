using System.Security.Cryptography;
using Gatehouse.Identity.Partitions;
using Gatehouse.Isolation;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Inspection.Documents;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Documents;

/// <summary>
/// Reads documents by a program of their own, one process for each, so that a fault in a reader of documents costs that process (CWE-400). Time,
/// output and number are bounded, and callers share the processes.
/// </summary>
/// <remarks>The texts of a document that was wholly read are kept in memory, by its digest, for its next time. Safe for concurrent use.</remarks>
public sealed class ProgramDocumentReader(TimeProvider time) : IDocumentReader
{
    /// <summary>The most bytes of the output of one run.</summary>
    public const int MostOutput = 16 << 20;

    /// <summary>The most documents whose texts are kept.</summary>
    public const int MostKept = 64;

    /// <summary>The most bytes of all kept texts.</summary>
    public const int MostKeptBytes = 8 << 20;

    // Of the processes, what one caller gets while half of them are in use.
    private const int Share = 50;
    private const int MostWaitingOfCaller = 16;
    private const int MostWaiting = 256;

    private readonly FairQueue places = new(time);
    private readonly Lock gate = new();
    private readonly LinkedList<(string Digest, DocumentReading Reading)> kept = new();
    private int keptBytes;

    /// <inheritdoc />
    public async ValueTask<DocumentReading> ReadAsync(
        ReadOnlyMemory<byte> document, DocumentSettings settings, CallerPartition caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var digest = Convert.ToHexString(SHA256.HashData(document.Span));
        if (Find(digest) is { } known) return known;
        using var late = new CancellationTokenSource(settings.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            var bounds = new QueueBounds(settings.Parallel, Share, MostWaitingOfCaller, MostWaiting, settings.Timeout);
            using var place = await places.WaitAsync(caller, bounds, both.Token).ConfigureAwait(false);
            var reading = await RunAsync(document, settings, both.Token).ConfigureAwait(false);
            if (reading.Unread.Count == 0) Keep(digest, reading);
            return reading;
        }
        catch (RefusalException)
        {
            return DocumentReading.NotRead(UnreadCauses.Busy);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return DocumentReading.NotRead(UnreadCauses.TimeOut);
        }
        catch (ProcessStartException)
        {
            return DocumentReading.NotRead(UnreadCauses.NoProgram);
        }
    }

    private async ValueTask<DocumentReading> RunAsync(ReadOnlyMemory<byte> document, DocumentSettings settings, CancellationToken cancellation)
    {
        if (DocumentProgram.CommandOf(settings, (int)Math.Ceiling(settings.Timeout.TotalSeconds)) is not { } command)
            return DocumentReading.NotRead(UnreadCauses.NoProgram);
        await using var process = LocalProcess.Start(command, static _ => { }, time);
        try
        {
            var output = ReadOutputAsync(process.Output, cancellation);
            try
            {
                await process.Input.WriteAsync(document, cancellation).ConfigureAwait(false);
                await process.Input.DisposeAsync().ConfigureAwait(false);
            }
            catch (IOException)
            {
                // It ended before it read everything, which its output says.
            }

            return await output.ConfigureAwait(false) is { } lines ? DocumentReading.OfOutput(lines) : DocumentReading.NotRead(UnreadCauses.TooLarge);
        }
        finally
        {
            // What it started ends with it. After its last line it has nothing more to do.
            await process.KillAsync().ConfigureAwait(false);
        }
    }

    // Null where it is larger than the bound.
    private static async Task<byte[]?> ReadOutputAsync(Stream output, CancellationToken cancellation)
    {
        using var all = new MemoryStream();
        var room = new byte[65_536];
        while (await output.ReadAsync(room, cancellation).ConfigureAwait(false) is > 0 and var count)
        {
            if (all.Length + count > MostOutput) return null;
            all.Write(room.AsSpan(0, count));
        }

        return all.ToArray();
    }

    private DocumentReading? Find(string digest)
    {
        lock (gate)
        {
            for (var node = kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Digest != digest) continue;
                kept.Remove(node);
                kept.AddFirst(node);
                return node.Value.Reading;
            }
        }

        return null;
    }

    private void Keep(string digest, DocumentReading reading)
    {
        if (reading.Json.Length > MostKeptBytes / 4) return;
        lock (gate)
        {
            if (kept.Any(one => one.Digest == digest)) return;
            kept.AddFirst((digest, reading));
            keptBytes += reading.Json.Length;
            while (kept.Count > MostKept || keptBytes > MostKeptBytes)
            {
                keptBytes -= kept.Last!.Value.Reading.Json.Length;
                kept.RemoveLast();
            }
        }
    }
}
