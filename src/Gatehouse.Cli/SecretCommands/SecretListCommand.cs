using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Storage;
using Gatehouse.Text;

namespace Gatehouse.Cli.SecretCommands;

/// <summary><c>gatehouse secret list</c>. It shows no value, and no length or digest of one.</summary>
internal static class SecretListCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var json = CommonOptions.Json();
        var command = new Command("list",
            "Print the names of the secrets, when each was set, and the id of the ring key that seals it.\n\nExample:\n  gatehouse secret list")
            { config, state, json };
        command.SetAction((parsed, cancellation) => SecretOptions.RunAsync(
            parsed.GetValue(state), parsed.GetValue(config), makes: false,
            async secrets =>
            {
                var views = await ListAsync(secrets, cancellation).ConfigureAwait(false);
                if (parsed.GetValue(json)) JsonOutput.Write("secrets", views.Select(Json).ToJsonArray());
                else Print(views);
                return ExitCodes.Done;
            }));
        return command;
    }

    private static async Task<IReadOnlyList<SecretView>> ListAsync(SecretsFolder secrets, CancellationToken cancellation)
    {
        var heads = await secrets.Secrets.ListAsync(cancellation).ConfigureAwait(false);
        return [.. heads
            .Where(static head => SecretPlace.IsOfGateway(new SecretPlace(head.Purpose, head.Owner, head.Name)))
            .Select(static head => new SecretView(head.Name, head.At, KeyRing.KeyIdOf(head.SealedKey.Span)))];
    }

    private static JsonFields Json(SecretView secret) => new() { ["name"] = secret.Name, ["set"] = secret.Set, ["key"] = secret.Key };

    private static void Print(IReadOnlyList<SecretView> secrets)
    {
        if (secrets.Count == 0)
        {
            Terminal.Note("no secrets");
            return;
        }

        var width = Math.Max(4, secrets.Max(secret => secret.Name.Length));
        Terminal.Row($"{"NAME".PadRight(width)}  {"SET",-20}  KEY");
        foreach (var secret in secrets)
            Terminal.Row($"{secret.Name.PadRight(width)}  {Moments.Words(secret.Set)}  {secret.Key ?? "-"}");
    }
}
