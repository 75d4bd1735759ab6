using Gatehouse.Detection.PersonalData;

namespace Gatehouse.Detection.Tests.PersonalData;

[Trait("Requirement", "DP-01")]
public sealed class VatNumberTests
{
    // Examples of tax authorities and of the documentation of VIES.
    [Theory]
    [InlineData("ATU13585627")]
    [InlineData("BE0428759497")]
    [InlineData("BG175074752")]
    [InlineData("CHE-123.456.788")]
    [InlineData("CY10259033P")]
    [InlineData("CZ25123891")]
    [InlineData("DE136695976")]
    [InlineData("DK13585628")]
    [InlineData("EE100931558")]
    [InlineData("EL094259216")]
    [InlineData("ESB58378431")]
    [InlineData("FI20774740")]
    [InlineData("FR40303265045")]
    [InlineData("GB980780684")]
    [InlineData("HR33392005961")]
    [InlineData("HU12892312")]
    [InlineData("IE6433435F")]
    [InlineData("IT00743110157")]
    [InlineData("LT119511515")]
    [InlineData("LU15027442")]
    [InlineData("LV40003521600")]
    [InlineData("MT11679112")]
    [InlineData("NL004495445B01")]
    [InlineData("NO995525828")]
    [InlineData("PL8567346215")]
    [InlineData("PT501964843")]
    [InlineData("RO18547290")]
    [InlineData("SE556188840401")]
    [InlineData("SI50223054")]
    [InlineData("SK2022749619")]
    [InlineData("GR 094259216")]
    [InlineData("XI 980780684")]
    public void The_number_of_each_country_is_found_and_one_with_another_digit_is_not(string number)
    {
        var hit = Assert.Single(PersonalDataDetectorTests.Of($"({number})"));
        Assert.Equal((PersonalKinds.Vat, number.Length), (hit.Kind, hit.Length));
        Assert.Contains(VatNumbers.Covered, number.StartsWith);

        var digit = number.AsSpan().IndexOfAnyInRange('0', '9') + 4;
        var wrong = number[..digit] + (char)('0' + ((number[digit] - '0' + 3) % 10)) + number[(digit + 1)..];
        Assert.DoesNotContain(PersonalDataDetectorTests.Of($"({wrong})"), found => found.Kind == PersonalKinds.Vat);
    }
}
