using System.Text.Json.Serialization;

namespace Gatehouse.Detection.Content;

/// <summary>How the facts of the model of texts are written. The code is generated, as for a program that is compiled ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ContentCard))]
internal sealed partial class ContentCardJson : JsonSerializerContext;
