using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Gatehouse.Identity.Keys;

/// <summary>How members of keys are written. The code is generated: a program compiled ahead of time has no reflection for it.</summary>
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class KeyJson : JsonSerializerContext;
