using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Audit.Verification;

/// <summary>How an entry is written. The code is generated: a program compiled ahead of time has no reflection for it.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class EntryJson : JsonSerializerContext;
