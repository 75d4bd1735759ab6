using System.Text.Json.Serialization;

namespace Gatehouse.Detection.Model;

/// <summary>How the facts of a model are written. The code is generated: a program compiled ahead of time has no reflection for it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class CardJson : JsonSerializerContext;
