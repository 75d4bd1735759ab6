using System.Text.Json.Serialization;

namespace Gatehouse.Server;

/// <summary>The form of a caller in the header: pairs of claim and value.</summary>
[JsonSerializable(typeof(string[][]))]
internal sealed partial class CallerJson : JsonSerializerContext;
