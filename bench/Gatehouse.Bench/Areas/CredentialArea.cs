using System.Globalization;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>The relay with a credential that an issuer issued and the gateway keeps in memory, beside a fixed one (ID-05).</summary>
internal sealed class CredentialArea(Workplace place, BenchOptions options)
{
    private const double MostOfFixed = 1.03;

    private static readonly int[] Connections = [16, 64];

    public async Task RunAsync(Report report)
    {
        using var upstream = await BenchHost.StartAsync(place, "upstream").ConfigureAwait(false);
        var secret = Path.Join(place.NewDirectory(), "secret");
        await File.WriteAllTextAsync(secret, "a-secret-of-the-benchmark").ConfigureAwait(false);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var known = await StartAsync($"{{ header: Authorization, prefix: \"Bearer \", value: \"file:{secret}\" }}").ConfigureAwait(false);
        using var issued = await StartAsync(string.Create(CultureInfo.InvariantCulture,
            $"{{ clientCredentials: {{ issuer: \"http://127.0.0.1:{upstream.Port}\", client: bench, secret: \"file:{secret}\", scopes: [read] }} }}"))
            .ConfigureAwait(false);
        Variant[] variants = [Of("fixed", "a fixed value", known), Of("issued", "client credentials, in memory", issued)];
        var matrix = new Matrix(variants, options);
        await matrix.WarmUpAsync("r200").ConfigureAwait(false);
        var table = new Table("A call with a credential of its server, result of 200 B",
            ["credential", .. Connections.Select(static count => $"{count} connections: CPU \u00b5s, ratio, requests/s")]);
        foreach (var count in Connections) await matrix.ClosedAsync("r200", count).ConfigureAwait(false);
        foreach (var variant in variants) table.Add([$"**{variant.Key}** {variant.Name}", .. Connections.Select(count => Describe(matrix, variant, count))]);
        report.Add(table);
        var ratio = Against(matrix, "issued", 64);
        report.Judge("P23", $"CPU of a call with an issued credential in memory ≤ {Ratio(MostOfFixed)} of one with a fixed value", Ratio(ratio),
            ratio <= MostOfFixed, "64 connections; both entries name the use of the credential");

        Task<Gatekeeper> StartAsync(string credential) => Gatekeeper.StartAsync(
            place, $"{Gatekeeper.Http(upstream.Port)}\n    credential: {credential}");

        static Variant Of(string key, string name, Gatekeeper gateway) =>
            new(key, name, gateway.Process, tool => Target.Modern(gateway.Port, Gatekeeper.Path, tool, gateway.Token));
    }

    private static string Describe(Matrix matrix, Variant variant, int count)
    {
        var cell = matrix.Find("r200", count, variant.Key)!;
        return $"{One(cell.Cpu)} **{Ratio(Against(matrix, variant.Key, count))}** {Whole(cell.PerSecond)}";
    }

    private static double Against(Matrix matrix, string key, int count) =>
        matrix.Find("r200", count, key)!.Against(matrix.Find("r200", count, "fixed")!, static round => round.Cpu);
}
