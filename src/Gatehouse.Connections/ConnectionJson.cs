using System.Text.Json.Serialization;

namespace Gatehouse.Connections;

/// <summary>The sealed facts of connections as JSON, by generated code.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConnectionFacts))]
[JsonSerializable(typeof(ConnectionLink))]
[JsonSerializable(typeof(ConnectionState))]
[JsonSerializable(typeof(ConnectionEnd))]
internal sealed partial class ConnectionJson : JsonSerializerContext;
