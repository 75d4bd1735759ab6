using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gatehouse.Text;

namespace Gatehouse.Administration.Control;

/// <summary>An act with all its parameters as JSON: what a second person is shown, and what the grant is bound to.</summary>
/// <param name="Parameters">The parameters. Every member of the request for the act is in it, so that no parameter can be forgotten.</param>
/// <param name="Reason">The reason or purpose in the administrator's words; empty for none.</param>
internal sealed record ActForm(ReadOnlyMemory<byte> Parameters, string Reason)
{
    /// <summary>Returns the form of an act.</summary>
    public static ActForm Of(AdministrativeAction act)
    {
        var body = JsonObject.Create(act.Row.Write(act))!;
        body["act"] = act.Row.Name;
        return new ActForm(JsonSerializer.SerializeToUtf8Bytes(body, NodeJson.Default.JsonObject), act.Given);
    }
}
