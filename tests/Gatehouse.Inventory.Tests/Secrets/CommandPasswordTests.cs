using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Secrets;

/// <summary>Passwords and tokens in the lines of commands and in the user part of URLs.</summary>
[Trait("Requirement", "SC-07")]
public sealed class CommandPasswordTests
{
    [Theory]
    [InlineData("mysql -h db1 -u root -p{0} shop < dump.sql")]
    [InlineData("sshpass -p '{0}' ssh root@db1")]
    [InlineData("mysql -h a -port 3306 -p{0} shop")]
    [InlineData("mysql -p{0}&&ls")]
    [InlineData("create user app identified by '{0}';")]
    [InlineData("redis-cli -h cache -a {0} ping")]
    [InlineData("docker login -u svc -p \"{0}\" registry.internal.net")]
    [InlineData("echo -n '{0}' | docker login -u svc --password-stdin registry.internal.net")]
    [InlineData("CREATE USER 'app'@'%' IDENTIFIED BY '{0}';")]
    [InlineData("ConvertTo-SecureString \"{0}\" -AsPlainText -Force")]
    [InlineData("openssl rsa -in a.key -passin pass:{0} -out b.key")]
    [InlineData("curl -u admin:{0} https://a.internal.net")]
    [InlineData("curl -u {0}: https://a.internal.net")]
    [InlineData("curl -H 'Authorization: Token {0}' https://a.internal.net")]
    [InlineData("curl -H 'Authorization: Token token=\"{0}\"' https://a.internal.net")]
    [InlineData("git clone https://{0}@git.internal.net/a.git")]
    public void Password_IsFound(string form)
    {
        var dice = new Dice((ulong)form.Length);
        for (var round = 0; round < 20; round++)
        {
            var value = Drawn.Text(dice, 12) + "7" + Drawn.Text(dice, 11);
            var text = form.Replace("{0}", value, StringComparison.Ordinal);
            var hit = Assert.Single(SecretDetector.Find(text), hit => hit.Confidence >= Confidence.Medium);
            Assert.Equal(value, text.Substring(hit.Start, hit.Length));
        }
    }

    [Theory]
    [InlineData("mysql -h db1 -u root -p shop_2024")]
    [InlineData("mysql -uroot -p$MYSQL_ROOT_PASSWORD1 shop")]
    [InlineData("mysql -u root -ppassword")]
    [InlineData("docker run -p 8080:8080 image1")]
    [InlineData("docker login -u user -p ${{ secrets.PASSWORD1 }}")]
    [InlineData("sshpass -p \"$SSHPASS1\" ssh host1")]
    [InlineData("echo \"$PASSWORD1\" | docker login --password-stdin")]
    [InlineData("Authorization: Digest username=\"Mufasa\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"")]
    [InlineData("Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request")]
    [InlineData("Authorization: Token ${API_TOKEN_1}")]
    [InlineData("https://deploy-user-2024-eu1@git.internal.net/a.git")]
    [InlineData("https://8a3f21c79d4e4b16a0f27c5d9e1b3a68@o12345.ingest.sentry.io/67890")]
    [InlineData("curl -u $TOKEN_1: https://a.internal.net")]
    public void ReferenceOrOtherArgument_IsNone(string text) =>
        Assert.DoesNotContain(SecretDetector.Find(text), hit => hit.Confidence >= Confidence.Medium);

    [Fact]
    public void PrivatePartOfAJsonWebKey_IsFound()
    {
        var (x, d) = (Drawn.OfClass("url", new Dice(3), 43), Drawn.OfClass("url", new Dice(4), 43));
        var text = $"{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{x}\",\"d\":\"{d}\"}}";
        var hit = Assert.Single(SecretDetector.Find(text), hit => hit.Confidence >= Confidence.Medium);
        Assert.Equal(("private-key", d), (hit.Kind, text.Substring(hit.Start, hit.Length)));
        Assert.DoesNotContain(SecretDetector.Find($"{{\"kty\":\"EC\",\"x\":\"{x}\"}}"), hit => hit.Confidence >= Confidence.Medium);
    }
}
