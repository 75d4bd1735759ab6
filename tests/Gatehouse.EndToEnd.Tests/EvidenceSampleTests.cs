namespace Gatehouse.EndToEnd.Tests;

/// <summary>
/// What an auditor or a caller kept from an earlier build holds today: a log with a kept request, an evidence file and a receipt, each of event
/// model 3 (design rule 16). The samples were written by a gateway and are never made again.
/// </summary>
[Trait("Requirement", "AU-02")]
public sealed class EvidenceSampleTests
{
    private static string Key => Sample("audit.vkey");

    [Fact]
    public async Task LogOfEarlierBuilds_IsVouchedFor()
    {
        var (code, output, errors) = await OneShot.RunAsync(
            ProcessPlan.Dotnet(Repository.GatewayDll, "audit", "verify", "--log", Sample("logs"), "--key", Key, "--checkpoint", Sample("kept.checkpoint")));
        Assert.True(code == 0, output + errors);
        Assert.Contains("Vouched: entries 0 to 17 of log-0001", output, StringComparison.Ordinal);
        Assert.Contains("0 findings", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvidenceFileOfEarlierBuilds_IsAccepted()
    {
        var (code, output, errors) = await OneShot.RunAsync(
            ProcessPlan.Dotnet(Repository.GatewayDll, "audit", "check", Sample("evidence.txt"), "--key", Key, "--checkpoint", Sample("kept.checkpoint")));
        Assert.True(code == 0, output + errors);
        Assert.Contains("Vouched: 18 entries, from 0 to 17", output, StringComparison.Ordinal);
        Assert.Contains("From size 15 to size 18 entries were only added.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReceiptOfEarlierBuilds_IsThatOfItsCall()
    {
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll,
            "audit", "receipt", Sample("answer.json"), "--key", Key, "--request", Sample("request.json"), "--answer", Sample("answer.json")));
        Assert.True(code == 0, output + errors);
        Assert.Contains("It is the receipt of this request and this answer.", output, StringComparison.Ordinal);
    }

    private static string Sample(string name) => Path.Join(Repository.Root, "tests", "compat", "audit", "v3", name);
}
