using Gatehouse.Identity.Partitions;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Inspection.Documents;

/// <summary>A reader of the texts of a document. The pipeline starts no process, so a host brings it.</summary>
public interface IDocumentReader
{
    /// <summary>Reads a document. Every fault is a document that was not read, with its cause.</summary>
    /// <param name="document">Its bytes.</param>
    /// <param name="settings">The settings in force.</param>
    /// <param name="caller">Whose share of the readers it uses.</param>
    /// <param name="cancellation">Ends the wait when the exchange ends.</param>
    /// <exception cref="OperationCanceledException">The exchange ended.</exception>
    ValueTask<DocumentReading> ReadAsync(
        ReadOnlyMemory<byte> document, DocumentSettings settings, CallerPartition caller, CancellationToken cancellation);
}
