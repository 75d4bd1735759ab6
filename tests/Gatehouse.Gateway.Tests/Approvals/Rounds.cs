using System.Text.Json;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>Requests of a modern client that is told to send them again.</summary>
internal static class Rounds
{
    /// <summary>Sends a call of <c>echo</c> with more members in its params.</summary>
    public static Task<JsonElement> CallAsync(Era era, string more = "", string arguments = "{\"amount\":10}") =>
        era.AskAsync("tools/call", AskingGateway.Echo(arguments) + more, "echo");

    /// <summary>Sends a call with a state, as the client got it.</summary>
    public static Task<JsonElement> AgainAsync(Era era, string state, string more = "", string arguments = "{\"amount\":10}") =>
        CallAsync(era, $",\"requestState\":{JsonSerializer.Serialize(state)}{more}", arguments);

    /// <summary>Waits until the call is held, moves the clock beyond the hold, and returns the state of its answer.</summary>
    public static async Task<string> HeldOverAsync(AskingGateway asking, ManualTimeProvider clock, Task<JsonElement> call) =>
        StateOf(await OverAsync(asking, clock, call));

    /// <summary>Waits until the call is held, moves the clock beyond the hold, and returns its answer.</summary>
    public static async Task<JsonElement> OverAsync(AskingGateway asking, ManualTimeProvider clock, Task<JsonElement> call)
    {
        await asking.HeldAsync();
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), call);
        return await call;
    }

    /// <summary>The state of a result that asks for input and has no questions.</summary>
    public static string StateOf(JsonElement answer)
    {
        var result = answer.GetProperty("result");
        Assert.Equal(["resultType", "requestState"], result.EnumerateObject().Select(static member => member.Name));
        Assert.Equal("input_required", result.GetProperty("resultType").GetString());
        return result.GetProperty("requestState").GetString()!;
    }

    public static string CodeOf(JsonElement answer) => answer.GetProperty("error").GetProperty("data").GetProperty("code").GetString()!;
}
