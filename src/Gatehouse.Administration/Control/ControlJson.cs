using System.Text.Json.Serialization;

namespace Gatehouse.Administration.Control;

/// <summary>
/// How requests and replies of the control socket are written and read. The code is generated: a program compiled ahead of time has no reflection for
/// it.
/// </summary>
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlReply))]
public sealed partial class ControlJson : JsonSerializerContext;
