using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Tests.Support;

namespace Gatehouse.Identity.Tests.Keys;

/// <summary>Every JSON Web Signature vector of C2SP/wycheproof, judged by the signature layer.</summary>
public sealed class WycheproofSignatureTests
{
    /// <summary>The vectors of the HS* family: 17 + 21 + 1 + 1.</summary>
    private const int SymmetricVectors = 40;

    /// <summary>RFC 7520 figures whose JWK names another algorithm than the header; refused here by RFC 8725 §3.1.</summary>
    private static readonly int[] OtherAlgorithmThanTheKeys = [346, 347, 350, 351];

    [Fact]
    public void JudgesEveryVectorAsExpected()
    {
        using var document = TestData.OpenJoseVectors("json_web_signature_test.json");
        var judged = 0;
        var setAside = 0;
        var wrong = new List<string>();
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                if (IsSetAside(group, test))
                {
                    setAside++;
                    continue;
                }

                judged++;
                var expected = test.GetProperty("result").GetString() == "valid";
                if (IsAccepted(group, test) != expected)
                    wrong.Add($"{test.GetProperty("tcId")} {test.GetProperty("comment")}: expected {(expected ? "valid" : "invalid")}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(SymmetricVectors + OtherAlgorithmThanTheKeys.Length, setAside);
        Assert.Equal(document.RootElement.GetProperty("numberOfTests").GetInt32(), judged + setAside);
    }

    [Fact]
    public void Refuses_TheFiguresWhoseKeyNamesAnotherAlgorithm()
    {
        using var document = TestData.OpenJoseVectors("json_web_signature_test.json");
        var figures = from g in document.RootElement.GetProperty("testGroups").EnumerateArray()
                      from t in g.GetProperty("tests").EnumerateArray()
                      where OtherAlgorithmThanTheKeys.Contains(t.GetProperty("tcId").GetInt32())
                      select (Group: g, Test: t);
        Assert.Equal(OtherAlgorithmThanTheKeys.Length, figures.Count());
        Assert.All(figures, figure => Assert.False(IsAccepted(figure.Group, figure.Test)));
    }

    private static bool IsSetAside(JsonElement group, JsonElement test) =>
        !group.TryGetProperty("public", out _) || OtherAlgorithmThanTheKeys.Contains(test.GetProperty("tcId").GetInt32());

    private static bool IsAccepted(JsonElement group, JsonElement test)
    {
        var jws = test.GetProperty("jws");
        return Accepts(JwsVectors.ParseKeys($"{{\"keys\":[{group.GetProperty("public").GetRawText()}]}}"), jws.ValueKind == JsonValueKind.String
            ? jws.GetString()! : jws.GetRawText());
    }

    private static bool Accepts(JsonWebKeySet? keys, string jws) =>
        keys is not null && JwsVectors.IsSignedBy(keys.Keys[0], Encoding.UTF8.GetBytes(jws));
}
