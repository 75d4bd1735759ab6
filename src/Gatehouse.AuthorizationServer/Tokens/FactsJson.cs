using System.Text.Json.Serialization;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The facts of grants, codes and tokens as JSON, by generated code.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GrantFacts))]
[JsonSerializable(typeof(CodeFacts))]
[JsonSerializable(typeof(RefreshFacts))]
[JsonSerializable(typeof(AccessFacts))]
[JsonSerializable(typeof(SuccessorFacts))]
[JsonSerializable(typeof(IssuedGrant))]
internal sealed partial class FactsJson : JsonSerializerContext;
