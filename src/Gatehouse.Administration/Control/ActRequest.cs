using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Administration.Control;

/// <summary>One request for an act of <see cref="ActTable"/> on the control socket: a line of JSON. The proof of the person is beside the act.</summary>
/// <param name="Version">Version of the control format. A parameter: generated readers keep the defaults of parameters only (decision 0143).</param>
internal sealed record ActRequest([property: JsonPropertyName("v")] int Version = ControlReply.FormatVersion)
{
    /// <summary>The name of the act.</summary>
    [JsonPropertyName("act")]
    public required string Act { get; init; }

    /// <summary>The members of the act, as over HTTP.</summary>
    [JsonPropertyName("body")]
    public required JsonElement Body { get; init; }

    /// <summary>Access token for the administration audience, for acts that name a person.</summary>
    [JsonPropertyName("token")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Token { get; init; }

    /// <summary>True when the act was confirmed at the terminal. It counts only where the host takes a confirmation.</summary>
    [JsonPropertyName("confirmed")]
    public bool Confirmed { get; init; }

    /// <summary>Returns the request for an act.</summary>
    public static ActRequest Of(AdministrativeAction act, string? token, bool isConfirmed) =>
        new() { Act = act.Row.Name, Body = act.Row.Write(act), Token = token, Confirmed = isConfirmed };

    /// <summary>Reads the act. A command that writes other members is of another release, so the refusal says that.</summary>
    public ControlReading Read()
    {
        if (Version != ControlReply.FormatVersion) return ActionRefusal.UnknownVersion;
        if (ActTable.Find(Act, ActWays.Socket) is not { } row) return ActionRefusal.UnknownAct;
        var reading = row.Read(Encoding.UTF8.GetBytes(Body.GetRawText()));
        return reading.Refusal is null ? reading : ActionRefusal.NotUnderstood;
    }

    /// <summary>Returns the name of the act, never the token.</summary>
    public override string ToString() => Act;
}
