using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Integrity.Schema.Keywords;

namespace Gatehouse.Integrity.Schema.Compilation;

/// <summary>A reference whose target is found once all schemas of the document are known.</summary>
internal sealed record PendingReference(ReferenceKeyword Keyword, SchemaResource From, string Path, string Reference);
