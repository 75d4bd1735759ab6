using Gatehouse.Detection.Findings;
using Gatehouse.Detection.PersonalData;

namespace Gatehouse.Detection.Tests.PersonalData;

[Trait("Requirement", "DP-01")]
public sealed class NationalIdTests
{
    // Numbers that the issuers, or the standards and libraries that describe them, publish as examples.
    [Theory]
    [InlineData("AR", "CUIL: 20-05536168-2")]
    [InlineData("AT", "SVNR 1237 010180")]
    [InlineData("AU", "TFN: 123 456 782")]
    [InlineData("BE", "85.07.30-033.28")]
    [InlineData("BG", "ЕГН 7523169263")]
    [InlineData("BR", "390.533.447-05")]
    [InlineData("CA", "SIN 046 454 286")]
    [InlineData("CH", "756.9217.0769.85")]
    [InlineData("CL", "RUT 12.531.909-2")]
    [InlineData("CN", "11010519491231002X")]
    [InlineData("CZ", "710319/2745")]
    [InlineData("DE", "Steuer-ID 86 095 742 719")]
    [InlineData("DK", "211062-5629")]
    [InlineData("EE", "isikukood 37605030299")]
    [InlineData("ES", "12345678Z")]
    [InlineData("ES", "NIE X1234567L")]
    [InlineData("FI", "131052-308T")]
    [InlineData("FR", "2 55 08 14 168 025 38")]
    [InlineData("GB", "NI: AB 12 34 56 C")]
    [InlineData("GR", "AMKA 01013099997")]
    [InlineData("HK", "HKID A123456(3)")]
    [InlineData("HR", "OIB: 33392005961")]
    [InlineData("IE", "PPS number 6433435F")]
    [InlineData("IL", "Teudat Zehut 039337423")]
    [InlineData("IN", "Aadhaar 2341 2341 2346")]
    [InlineData("IS", "kennitala 120174-3399")]
    [InlineData("IT", "RCCMNL83S18D969H")]
    [InlineData("JP", "マイナンバー: 6214 9832 0257")]
    [InlineData("KR", "971013-1019902")]
    [InlineData("LV", "personas kods 161175-19997")]
    [InlineData("MX", "BOXW310820HNERXN09")]
    [InlineData("MY", "770305-02-1234")]
    [InlineData("NL", "BSN 111222333")]
    [InlineData("NO", "15108695088")]
    [InlineData("PL", "PESEL 44051401359")]
    [InlineData("PT", "NIF 501964843")]
    [InlineData("RO", "CNP 1630615123457")]
    [InlineData("RS", "JMBG 0101006500006")]
    [InlineData("RU", "112-233-445 95")]
    [InlineData("SE", "880320-0016")]
    [InlineData("SG", "S1234567D")]
    [InlineData("TH", "1-2345-45678-78-1")]
    [InlineData("TR", "TC Kimlik No 17291716060")]
    [InlineData("TW", "身分證 A123456789")]
    [InlineData("US", "536-90-4399")]
    [InlineData("US", "ITIN 912-90-3456")]
    [InlineData("ZA", "7503305044089")]
    public void The_number_of_a_person_is_found(string country, string text)
    {
        Assert.Contains(country, NationalIds.Covered);
        var hit = Assert.Single(Of(text));
        Assert.Equal(PersonalKinds.NationalId, hit.Kind);
        Assert.True(hit.Confidence >= Confidence.Medium);
    }

    [Theory]
    [InlineData("PESEL 44051401358")]
    [InlineData("BSN 111222334")]
    [InlineData("311399-1234")]
    [InlineData("666-12-3456")]
    [InlineData("12345678A")]
    [InlineData("390.533.447-06")]
    [InlineData("order 536-90-4399")]
    [InlineData("111222333")]
    [InlineData("ORD-12345678Z")]
    public void A_number_with_a_wrong_check_or_of_a_thing_is_not(string text) => Assert.Empty(Of(text));

    private static List<PersonalHit> Of(string text)
    {
        var hits = new List<PersonalHit>();
        PersonalDataDetector.Find(text, "", hits);
        return hits;
    }
}
