using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection.Documents;

/// <summary>A document of a message, with its texts.</summary>
/// <param name="Value">The string of the message that holds it.</param>
/// <param name="Reading">Its texts.</param>
internal readonly record struct ReadDocument(ByteRange Value, DocumentReading Reading);
