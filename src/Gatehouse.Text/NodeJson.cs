using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Gatehouse.Text;

/// <summary>How JSON of no type of its own is written. The code is generated: a program compiled ahead of time has no reflection for it.</summary>
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(string[][]))]
public sealed partial class NodeJson : JsonSerializerContext;
